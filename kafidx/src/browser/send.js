import { facts } from './words.js';

/**
 * Asks a route of ours. What cannot be reached answers status 0.
 * @param {'GET' | 'POST'} method
 * @param {string} address
 * @param {object} [body]
 * @returns {Promise<{ status: number, body: any }>}
 */
export const send = async (method, address, body) => {
  /** @type {Record<string, string>} */
  const headers = { accept: 'application/json' };
  if (body) headers['content-type'] = 'application/json';
  if (facts.csrf) headers['x-csrf-token'] = facts.csrf;
  try {
    const answer = await fetch(address, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: answer.status, body: await answer.json() };
  } catch (error) {
    return { status: 0, body: { message: String(error) } };
  }
};
