import { createHash } from 'node:crypto';
import { isId } from '@pushtech/event';
import { checkHit, type HitProblem } from './check-hit.ts';

export interface Line {
  /** From 1, in the text as it was given. */
  number: number;
  /** As it goes into the buffer: one line of text. */
  text: string;
  /** What the enricher will find wrong with it. */
  problem?: HitProblem;
  /** Where it has the shape of a hit: its id, epoch ms of receipt and import. */
  hit?: { id: string; receivedAt: number; run?: string };
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first line of a buffer entry: it is made anew for what goes in again. */
const isHeader = (line: string): boolean => {
  const value = parse(line);
  return isRecord(value) && value.v === 1 && 'batch' in value && 'received' in value;
};

/**
 * An id for a hit that has none, always the same for the same place: sent twice, it counts once. Shaped like a UUIDv7, so
 * that it tells a time too.
 * @param at epoch ms
 */
export const idOfPlace = (place: string, at: number): string => {
  const hash = createHash('sha256').update(place).digest('hex');
  const time = Math.max(0, Math.trunc(at)).toString(16).padStart(12, '0').slice(-12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
};

const withId = (text: string, place: string, at: number): string => {
  const fields = parse(text);
  if (!isRecord(fields) || isId(fields.id)) return text;
  return JSON.stringify({ ...fields, id: idOfPlace(place, at) });
};

const readLine = (text: string, number: number): Line => {
  const { hit, problem } = checkHit(text);
  const line: Line = { number, text };
  if (problem) line.problem = problem;
  if (hit) line.hit = { id: hit.id, receivedAt: hit.receivedAt };
  if (hit?.run !== undefined && line.hit) line.hit.run = hit.run;
  return line;
};

/**
 * The hits in a text: one JSON object over as many lines as it likes, or one hit per line. A hit without a sound id gets
 * one from its place.
 * @param place the letter's, e.g. its buffer entry
 * @param at the letter's time, epoch ms
 */
export const readLines = (text: string, place: string, at: number): Line[] => {
  const whole = parse(text);
  const lines: [line: string, number: number][] = isRecord(whole)
    ? [[JSON.stringify(whole), 1]]
    : text.split(/\r?\n/).map((line, index) => [line, index + 1]);
  return lines
    .filter(([line], index) => line.trim() !== '' && !(index === 0 && isHeader(line)))
    .map(([line, number]) => readLine(withId(line, `${place}#${number}`, at), number));
};
