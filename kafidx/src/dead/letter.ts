import { type DeadLetter, topics } from '@pushtech/event';
import type { Log, LogRecord } from '@pushtech/log';

/** Where a letter lies on the log. */
export interface Place {
  partition: number;
  position: number;
}

/** What lists and filters look at; a letter may lack anything. */
export interface LetterSummary extends Place {
  /** When it was appended, epoch ms. */
  loggedAt: number;
  /** Time of receipt, as the letter says it, and as epoch ms (0 where it says none). */
  at: string;
  atMs: number;
  reason: string;
  step: string;
  message: string;
  type?: string;
  site?: string;
  id?: string;
  /** Buffer entry and index. */
  entry: string;
}

const MESSAGE_CUT = 200;
const CUT = 256;

const textOf = (value: unknown, cut = CUT): string => (typeof value === 'string' ? value.slice(0, cut) : '');

export const placeText = ({ partition, position }: Place): string => `${partition}.${position}`;

/** @param text as `placeText` writes it */
export const readPlace = (text: string): Place | undefined => {
  const [, partition, position] = /^(\d{1,6})\.(\d{1,15})$/.exec(text) ?? [];
  return partition === undefined ? undefined : { partition: Number(partition), position: Number(position) };
};

/** `{}` for what is no JSON object. */
export const parseLetter = (value: string): Partial<DeadLetter> => {
  try {
    const letter: unknown = JSON.parse(value);
    return typeof letter === 'object' && letter !== null && !Array.isArray(letter) ? letter : {};
  } catch {
    return {};
  }
};

export const summarize = ({ partition, position, at: loggedAt, value }: LogRecord): LetterSummary => {
  const letter = parseLetter(value);
  const summary: LetterSummary = {
    partition,
    position,
    loggedAt,
    at: textOf(letter.at, 40),
    atMs: Date.parse(textOf(letter.at, 40)) || 0,
    reason: textOf(letter.reason),
    step: textOf(letter.step),
    message: textOf(letter.message, MESSAGE_CUT),
    entry: textOf(letter.position),
  };
  for (const name of ['type', 'site', 'id'] as const) {
    if (typeof letter[name] === 'string') summary[name] = textOf(letter[name]);
  }
  return summary;
};

/** One letter as it lies on the log; `undefined` where there is none (any more). @throws what the log throws */
export const readLetter = async (log: Log, place: Place): Promise<LogRecord | undefined> => {
  const ranges = await log.ranges(topics.dead);
  const range = ranges.find(({ partition }) => partition === place.partition);
  if (!range || place.position < range.start || place.position >= range.end) return undefined;
  const { records } = await log.read(topics.dead, place.partition, place.position, 1);
  return records.find(({ position }) => position === place.position);
};
