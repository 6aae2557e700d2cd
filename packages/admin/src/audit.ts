import type { IncomingMessage } from 'node:http';
import type { AuditLine, Documents } from '@pushtech/store';
import type { Identify } from './identify.ts';

const HOUR_MS = 3_600_000;
const PAGE = 1000;
const MAX_TARGET = 200;

export interface AuditOptions {
  lines: Documents<AuditLine> | undefined;
  identify: Identify;
  /** Epoch ms. */
  clock: () => number;
  newId: () => string;
  warn?: ((facts: object, sentence: string) => void) | undefined;
}

/** `who` of what nobody known did: a failed sign-in. */
const NOBODY = 'nobody';

/**
 * Writes audit lines. A line that cannot be written is told in the log and holds nobody up: what it tells of has happened.
 * Without a store nothing is written.
 */
export const createAudit = ({ lines, identify, clock, newId, warn = () => {} }: AuditOptions) => {
  const write = async (who: string, what: string, target?: string): Promise<void> => {
    if (!lines) return;
    const line: AuditLine = {
      id: newId(),
      at: clock(),
      who: who || NOBODY,
      what,
      ...(target !== undefined && { target: target.slice(0, MAX_TARGET) }),
    };
    try {
      await lines.insert(line);
    } catch (error) {
      warn({ err: error, who: line.who, what, target: line.target }, 'An audit line could not be written.');
    }
  };

  return {
    /** By whom the request comes from. */
    by: (request: IncomingMessage, what: string, target?: string): Promise<void> =>
      write(identify(request).who, what, target),
    write,
  };
};

export type Audit = ReturnType<typeof createAudit>;

/** The smallest UUIDv7 of a millisecond. */
const floorOf = (ms: number): string => {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
};

/** Lines with an id after `from` and before `before`, oldest first; of very many the latest. */
const between = async (lines: Documents<AuditLine>, from: string, before: string): Promise<AuditLine[]> => {
  let after = from;
  let kept: AuditLine[] = [];
  for (;;) {
    const page = await lines.list({ after, limit: PAGE });
    kept = [...kept, ...page.filter(({ id }) => id < before)].slice(-PAGE);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || last.id >= before) return kept;
    after = last.id;
  }
};

export interface NewestOptions {
  lines: Documents<AuditLine>;
  now: number;
  /** Only lines older than the one with this id. */
  before?: string;
  /** At the most; up to 1,000. */
  limit: number;
}

/**
 * The newest lines first. The store lists from the oldest on, so the last hour is looked at, then four times as much, and so
 * on: what has many lines a day needs not be read whole.
 */
export const newestLines = async ({ lines, now, before, limit }: NewestOptions): Promise<AuditLine[]> => {
  const end = before ?? floorOf(now + 24 * HOUR_MS);
  const endMs = before === undefined ? now : Number.parseInt(before.replace('-', '').slice(0, 12), 16);
  for (let span = HOUR_MS; ; span *= 4) {
    const from = endMs - span;
    const found = await between(lines, floorOf(from), end);
    if (found.length >= limit || from <= 0) return found.slice(-limit).reverse();
  }
};
