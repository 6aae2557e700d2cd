import { type Filter, readFilter } from './filter.ts';

export type Message =
  | { kind: 'filter'; filter: Filter }
  | { kind: 'pause'; pause: boolean }
  | { kind: 'error'; code: string; message: string };

const error = (code: string, message: string): Message => ({ kind: 'error', code, message });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a viewer says: `{"filter":{…}}` or `{"pause":true|false}`, one key each. */
export const readMessage = (text: string): Message => {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return error('not_json', 'A message is a JSON object.');
  }
  if (!isObject(message) || Object.keys(message).length !== 1) {
    return error('message_unknown', 'A message has one key: filter or pause.');
  }
  if (typeof message.pause === 'boolean') return { kind: 'pause', pause: message.pause };
  if (isObject(message.filter)) {
    const reading = readFilter(Object.entries(message.filter));
    return reading.ok ? { kind: 'filter', filter: reading.filter } : error(reading.code, reading.message);
  }
  return error('message_unknown', 'Send {"filter":{…}}, {"pause":true} or {"pause":false}.');
};

/** 20 messages at once, then 5 a second. */
export const createMessageCap = (clock: () => number): (() => boolean) => {
  let left = 20;
  let at = clock();
  return function take() {
    const now = clock();
    left = Math.min(20, left + Math.max(0, now - at) / 200);
    at = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
};
