import { readFile, rename, unlink } from 'node:fs/promises';
import { type Damage, type Found, readRecords } from './record.ts';
import { countRecords, type Segment } from './segment.ts';

export interface SpoolRecord {
  text: string;
  bytes: number;
  /** To be called once the buffer has it, or never can. */
  done(): void;
}

export type LostReason = Damage | 'missing';

export interface ReadSegmentsDeps {
  /** All files of the spool, by name; those done with are taken out. */
  segments: Map<string, Segment>;
  /** Closes the segment under way. */
  roll: () => Promise<void>;
  lost: (reason: LostReason, facts: object) => void;
  warn: (facts: object, sentence: string) => void;
}

interface Reading {
  segment: Segment;
  found: Generator<Found, void>;
  /** Sound records so far, and how many of them are still with the caller. */
  sound: number;
  open: number;
  flipped: boolean;
  atEnd: boolean;
}

/** Gives out the records of the oldest segment first; a file is deleted only after all its records are done. */
export const readSegments = ({ segments, roll, lost, warn }: ReadSegmentsDeps) => {
  let reading: Reading | undefined;
  const named = new Set<string>();

  /** What fails is tried again every few seconds; to read of it once is enough. */
  const warnOnce = (error: unknown, { name, path }: Segment, sentence: string): void => {
    if (!named.has(name)) warn({ err: error, file: path }, sentence);
    named.add(name);
  };

  const oldest = (): Segment | undefined => {
    let found: Segment | undefined;
    for (const segment of segments.values()) {
      if (segment.state === 'waiting' && (!found || segment.name < found.name)) found = segment;
    }
    return found;
  };

  const load = async (segment: Segment): Promise<Reading | undefined> => {
    try {
      const bytes = await readFile(segment.path);
      segment.state = 'reading';
      segment.records = countRecords(bytes);
      return { segment, found: readRecords(bytes), sound: 0, open: 0, flipped: false, atEnd: false };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        segments.delete(segment.name);
        lost('missing', { file: segment.path, records: segment.records });
      } else {
        segment.state = 'unreadable';
        warnOnce(error, segment, 'A file of the spool cannot be read; it is tried again.');
      }
      return undefined;
    }
  };

  const remove = async (segment: Segment): Promise<void> => {
    segment.state = 'drained';
    try {
      await unlink(segment.path);
      segments.delete(segment.name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') segments.delete(segment.name);
      else warnOnce(error, segment, 'A drained file of the spool cannot be deleted; it is tried again.');
    }
  };

  /** Something else under our name, or all of it damaged: an engineer may want to see it. */
  const setAside = async ({ path, name }: Segment): Promise<void> => {
    await rename(path, `${path}.unreadable`);
    segments.delete(name);
    warn({ file: `${path}.unreadable` }, 'A file of the spool holds not one sound record; it is set aside.');
  };

  const endWith = async ({ segment, sound, flipped }: Reading): Promise<void> => {
    segment.records = 0;
    if (sound > 0 || !flipped) return remove(segment);
    await setAside(segment).catch(() => remove(segment));
  };

  const give = (from: Reading, { text, at, bytes }: Extract<Found, { kind: 'record' }>): SpoolRecord => {
    const { segment } = from;
    segment.at = at;
    from.sound += 1;
    from.open += 1;
    return {
      text,
      bytes,
      done() {
        from.open -= 1;
        segment.records = Math.max(0, segment.records - 1);
        if (from.atEnd && from.open === 0) endWith(from);
      },
    };
  };

  const nextOf = (from: Reading): SpoolRecord | undefined => {
    for (;;) {
      const { value } = from.found.next();
      if (!value) return undefined;
      if (value.kind === 'record') return give(from, value);
      from.flipped ||= value.reason === 'flipped';
      lost(value.reason, { file: from.segment.path, offset: value.offset, bytes: value.bytes });
    }
  };

  const open = async (): Promise<Reading | undefined> => {
    if (!oldest()) await roll();
    for (let segment = oldest(); segment; segment = oldest()) {
      const opened = await load(segment);
      if (opened) return opened;
    }
    return undefined;
  };

  return {
    /** The oldest record that was not given out yet. One caller at a time. */
    async next(): Promise<SpoolRecord | undefined> {
      for (;;) {
        reading ??= await open();
        if (!reading) return undefined;
        const record = nextOf(reading);
        if (record) return record;
        const ended = reading;
        reading = undefined;
        ended.atEnd = true;
        if (ended.open === 0) await endWith(ended);
      }
    },
    /** What failed before is tried again. */
    async retry(): Promise<void> {
      for (const segment of segments.values()) {
        if (segment.state === 'unreadable') segment.state = 'waiting';
        else if (segment.state === 'drained') await remove(segment);
      }
    },
  };
};
