// What the server gave the page: `sendPage(reply, { facts })`. Its language and the words of the shared modules come with it.

const element = document.getElementById('facts');

/** @type {Record<string, any>} */
export const facts = JSON.parse(element?.textContent || '{}');

/** `en`, `de` or `xx`. */
export const lang = document.documentElement.lang || 'en';

/** The words of the shared modules. */
export const ui = facts.ui ?? {};
