import { codeBlock, type Html, html, notice, type Words } from '@pushtech/ui';

/** A day or a time as people read it, in UTC: one list is read in many time zones. */
export const timeText = (ms: number, lang: string, withTime = false): Html => {
  const format = new Intl.DateTimeFormat(lang === 'xx' ? 'en' : lang, {
    dateStyle: 'medium',
    ...(withTime && { timeStyle: 'medium' as const }),
    timeZone: 'UTC',
  });
  return html`<time datetime="${new Date(ms).toISOString()}">${format.format(ms)}</time>`;
};

export const dayText = (ms: number, lang: string): string =>
  new Intl.DateTimeFormat(lang === 'xx' ? 'en' : lang, { dateStyle: 'long', timeZone: 'UTC' }).format(ms);

/** What somebody typed, in a sentence or a cell: no words of ours. */
export const raw = (text: string | undefined): Html => html`<span data-raw>${text}</span>`;

export interface Said {
  /** What went well. */
  done?: string | undefined;
  /** What went wrong. */
  problem?: string | undefined;
}

export const notices = ({ done, problem }: Said): Html =>
  html`${problem && notice(problem, 'bad')}${done && notice(done, 'good')}`;

/** A secret that is shown this once, with a button that copies it. */
export const shownOnce = (sentence: string, label: string, secret: string, words: Words): Html =>
  html`<div class="once">${notice(sentence, 'good')}${codeBlock('once', label, secret, words)}</div>`;

/** A table whose rows are cards on a phone: what can be done with a row is never out of sight. */
export const stacked = (list: Html): Html => html`<div class="stacked">${list}</div>`;

/** A cell that says its column's name where the heads are not seen. */
export const onPhone = (name: string, cell: Html): Html =>
  html`<span class="on-phone" aria-hidden="true">${name} </span>${cell}`;

export interface PostButton {
  action: string;
  text: string;
  /** Heard instead of `text`, where many stand in a list. */
  label?: string;
  csrf: Html | undefined;
}

/** A form of one button. */
export const postButton = ({ action, text, label, csrf }: PostButton): Html =>
  html`<form method="post" action="${action}">${csrf}<button${label && html` aria-label="${label}"`}>${text}</button></form>`;
