import { topics } from '@pushtech/event';

/** One record as viewers get it: its text as it lies on the log, and what filters look at. */
export interface Row {
  kind: 'events' | 'dead';
  /** JSON, sound. */
  text: string;
  type: string | undefined;
  site: string | undefined;
  id: string | undefined;
  country: string | undefined;
  path: string | undefined;
  bot: boolean;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The field of something that should be an object; the log may hold anything. */
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** `undefined` for what is no JSON object: viewers have no use for it, and it must not break theirs. */
export const readRow = (topic: string, text: string): Row | undefined => {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return undefined;
  return {
    kind: topic === topics.dead ? 'dead' : 'events',
    text,
    type: textOf(field(record, 'type')),
    site: textOf(field(record, 'site')),
    id: textOf(field(record, 'id'))?.toLowerCase(),
    country: textOf(field(field(record, 'place'), 'country')),
    path: textOf(field(field(record, 'page'), 'path')),
    bot: field(record, 'bot') !== undefined,
  };
};
