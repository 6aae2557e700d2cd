import type { DatabaseSync } from 'node:sqlite';
import { keyOf } from '../../keys.ts';
import { createIds, type ReceivedId, type Window } from './ids.ts';

const DAY_SECONDS = 86_400;

/** Bit 0 of an entry's bitmap says that its `received` record was taken; record i has bit i + 1. */
const RECEIVED_BIT = 0;
/** Buffer entries hold far fewer; an origin with a higher index gets an entry of its own. */
const HIGHEST_INDEX = 65_535;
/** How exactly the beginning of the window is known. */
const MARKS_PER_WINDOW = 64;

interface Entry {
  key: string;
  bits: Uint8Array;
  changed: boolean;
}

/**
 * Knows again what was counted: ids of events, and where in the buffer a record lay. Both are forgotten after
 * `window.days` of receipt or `window.ids` further ids, whichever comes first.
 */
export const createRecogniser = (db: DatabaseSync, prefix: string, window: Window) => {
  const p = `${prefix}stats_`;
  const ids = createIds(db, prefix, window);
  const findEntry = db.prepare(`SELECT bits FROM ${p}origins WHERE id = ? AND seq > ? AND at >= ?`);
  const keepEntry = db.prepare(`INSERT OR REPLACE INTO ${p}origins VALUES (?, ?, ?, ?)`);
  const readSeq = db.prepare(`SELECT n FROM ${p}state WHERE name = 'seq'`);
  const writeSeq = db.prepare(
    `INSERT INTO ${p}state VALUES ('seq', ?) ON CONFLICT (name) DO UPDATE SET n = excluded.n`,
  );

  const lastMark = db.prepare(`SELECT max(seq) AS seq FROM ${p}marks`);
  const mark = db.prepare(`INSERT OR REPLACE INTO ${p}marks VALUES (?, ?)`);

  let seq: number | undefined;
  let written = 0;
  let marked = 0;
  let now = 0;
  let current: Entry | undefined;
  const entries = new Map<string, Entry>();

  const floor = (seconds: number) => Math.floor(seconds) - window.days * DAY_SECONDS;

  const entryOf = (key: string): Entry => {
    if (current?.key === key) return current;
    current = entries.get(key);
    if (current) return current;
    const row = findEntry.get(keyOf(key), (seq ?? 0) - window.ids, floor(now));
    current = { key, bits: (row?.bits as Uint8Array | undefined) ?? new Uint8Array(2), changed: false };
    entries.set(key, current);
    return current;
  };

  /** Sets a bit; true when it was set before. */
  const take = (key: string, bit: number): boolean => {
    const entry = entryOf(key);
    const at = bit >> 3;
    if (at >= entry.bits.length) {
      const longer = new Uint8Array(Math.max(at + 1, entry.bits.length * 2));
      longer.set(entry.bits);
      entry.bits = longer;
    }
    const byte = entry.bits[at] as number;
    const mask = 1 << (bit & 7);
    if (byte & mask) return true;
    entry.bits[at] = byte | mask;
    entry.changed = true;
    return false;
  };

  return {
    /** Call first in every transaction. @param clock epoch ms */
    begin(clock: number): void {
      now = clock / 1000;
      if (seq !== undefined) return;
      seq = Number(readSeq.get()?.n ?? 0);
      written = seq;
      marked = Number(lastMark.get()?.seq ?? 0);
    },

    /** Takes ids in; tells of each whether it is new: not in the window. */
    takeIds(received: readonly ReceivedId[]): boolean[] {
      const areNew = ids.take(received, seq ?? 0);
      for (const isNew of areNew) if (isNew) seq = (seq ?? 0) + 1;
      return areNew;
    },

    /** Takes an origin in; true when it was there before. */
    isRedelivered(origin: string): boolean {
      const slash = origin.lastIndexOf('/');
      const index = slash < 1 ? Number.NaN : Number(origin.slice(slash + 1));
      if (Number.isInteger(index) && index >= 0 && index <= HIGHEST_INDEX)
        return take(origin.slice(0, slash), index + 1);
      return take(`record ${origin}`, RECEIVED_BIT);
    },

    /** Takes the `received` record of a buffer entry in; true when it was there before. */
    wasReceived: (batch: string): boolean => take(batch, RECEIVED_BIT),

    flush(): void {
      for (const entry of entries.values()) {
        if (entry.changed) keepEntry.run(keyOf(entry.key), seq ?? 0, Math.floor(now), entry.bits);
      }
      entries.clear();
      current = undefined;
      if (seq !== undefined && seq !== written) {
        writeSeq.run(seq);
        if (seq - marked >= window.ids / MARKS_PER_WINDOW) {
          mark.run(seq, Math.floor(now));
          marked = seq;
        }
      }
      written = seq ?? 0;
    },

    reset(): void {
      entries.clear();
      current = undefined;
      seq = undefined;
    },
  };
};

export type Recogniser = ReturnType<typeof createRecogniser>;
