import type { Result, SentEvent } from './types.ts';

/** One event on its way. */
export interface Waiting {
  id: string;
  event: SentEvent;
  /** Its JSON without `sent`. */
  text: string;
  bytes: number;
  settle: (result: Result) => void;
}

/** `,"sent":1700000000000}` and the comma between two items. */
const OVERHEAD = 32;

export type Packed =
  | { ok: true; text: string; bytes: number }
  | { ok: false; error: string; message: string };

/** An event as JSON. @param mostBytes of one request */
export const pack = (event: object, mostBytes: number): Packed => {
  try {
    const text = JSON.stringify(event);
    const bytes = Buffer.byteLength(text) + OVERHEAD;
    if (bytes <= mostBytes) return { ok: true, text, bytes };
    return { ok: false, error: 'too_large', message: `one event is at most ${mostBytes} bytes of JSON` };
  } catch (error) {
    return { ok: false, error: 'not_json', message: String((error as Error).message) };
  }
};

/** The first of those that wait, as many as fit into one request. */
export const nextBatch = (queue: readonly Waiting[], items: number, bytes: number): Waiting[] => {
  let size = 2;
  const end = queue.findIndex((item, index) => {
    size += item.bytes;
    return index >= items || size > bytes;
  });
  return queue.slice(0, end < 0 ? queue.length : Math.max(1, end));
};

/** With the sender's clock on each item, by which the tracker sets `at` right. */
export const bodyOf = (batch: readonly Waiting[], now: number): string =>
  `[${batch.map(({ text }) => `${text.slice(0, -1)},"sent":${now}}`).join()}]`;
