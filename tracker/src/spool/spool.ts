import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { trackerError } from '../errors.ts';
import { type LostReason, readSegments, type SpoolRecord } from './read-segments.ts';
import { HEAD_BYTES } from './record.ts';
import { countRecords, findSegment, isPending, type Segment } from './segment.ts';
import { adoptSegments, SEGMENT, type Slot, segmentsIn, takeSlot } from './slot.ts';
import { writeSegments } from './write-segments.ts';

export type { SpoolRecord } from './read-segments.ts';

/** How often slots of trackers that are gone are looked for, and what failed is tried again. */
const LOOK_MS = 2000;
/** A disk that hangs must not hold up the stop. */
const CLOSE_MS = 2000;

export interface SpoolOptions {
  /** Shared by the trackers of one machine; each has a slot of its own in it. */
  directory: string;
  /** Bytes on disk in our slot; 0 = no spool. */
  maxBytes: number;
  /** Epoch ms. */
  clock?: () => number;
  warn: (facts: object, sentence: string) => void;
}

export interface SpoolStatus {
  bytes: number;
  maxBytes: number;
  records: number;
  /** Epoch ms of the oldest record. */
  oldestAt?: number;
  /** Why it takes nothing. */
  problem?: string;
}

/**
 * Texts on the local disk, oldest first, bounded by bytes. Promises, kept through kill -9 and power cuts:
 * - a text whose append has resolved is given out again until `done()` was called on it, also after a restart; more than once
 *   then, for how far a file is drained is known by its being there at all;
 * - what is damaged is skipped, counted and named; the records around it are given out;
 * - trackers that share the directory never see each other's records, but drain those of one that is gone.
 */
export interface Spool {
  /** Resolves once the text is on the disk. @throws PushtechError SPOOL_FULL, SPOOL_FAILED (retry), SPOOL_CLOSED (fatal) */
  append(text: string): Promise<void>;
  /** The oldest record that was not given out yet; `undefined` when there is none. One caller at a time. */
  next(): Promise<SpoolRecord | undefined>;
  /** False when there is surely nothing to drain: costs nothing. */
  hasRecords(): boolean;
  status(): SpoolStatus;
  counts: { spooled: number; lost: Map<LostReason, number> };
  close(): Promise<void>;
}

/** Where there is no spool. */
export const noSpool: Spool = {
  append: () => Promise.reject(trackerError('SPOOL_FULL', 'SPOOL_MAX_BYTES is 0')),
  next: async () => undefined,
  hasRecords: () => false,
  status: () => ({ bytes: 0, maxBytes: 0, records: 0 }),
  counts: { spooled: 0, lost: new Map() },
  close: async () => {},
};

const bytesOf = (segments: Map<string, Segment>): number => {
  let bytes = 0;
  for (const segment of segments.values()) bytes += segment.bytes;
  return bytes;
};

/**
 * Opens the first free slot of the directory and finds what earlier runs left there. A disk that refuses does not hinder the
 * start: the spool then says why it takes nothing, and tries again every two seconds.
 */
export const openSpool = async (options: SpoolOptions): Promise<Spool> => {
  const { directory, maxBytes, clock = Date.now, warn } = options;
  if (maxBytes === 0) return noSpool;
  const segments = new Map<string, Segment>();
  const counts: Spool['counts'] = { spooled: 0, lost: new Map() };
  let slot: Slot | undefined;
  let writer: ReturnType<typeof writeSegments> | undefined;
  let problem: string | undefined;
  let closed: Promise<void> | undefined;

  const lost = (reason: LostReason, facts: object): void => {
    counts.lost.set(reason, (counts.lost.get(reason) ?? 0) + 1);
    warn({ reason, ...facts }, 'A record of the spool is lost.');
  };
  const roll = async (): Promise<void> => writer?.roll();
  const reader = readSegments({ segments, roll, lost, warn });

  const findSegments = async (folder: string): Promise<void> => {
    for (const name of await segmentsIn(folder)) {
      if (!segments.has(name)) segments.set(name, await findSegment(folder, name));
    }
    countFound().catch(() => {});
  };

  /** For the eyes of operators only: nobody waits for it, and who is read meanwhile is counted there. */
  const countFound = async (): Promise<void> => {
    for (const segment of [...segments.values()]) {
      if (segment.state !== 'waiting' || segment.records > 0) continue;
      const records = countRecords(await readFile(segment.path));
      if (segment.state === 'waiting') segment.records = records;
    }
  };

  const nameStrangers = async (folder: string): Promise<void> => {
    for (const name of await readdir(folder)) {
      if (SEGMENT.test(name) || name.startsWith('lock')) continue;
      warn({ file: join(folder, name) }, 'This file in the spool is none of its own; it is left alone.');
    }
  };

  const openSlot = async (): Promise<void> => {
    slot ??= await takeSlot(directory);
    await findSegments(slot.folder);
    writer = writeSegments({ slot, segments, clock });
    await nameStrangers(slot.folder);
  };

  /** All that may fail now and work later. */
  const look = async (): Promise<void> => {
    try {
      if (!writer) await openSlot();
      await reader.retry();
      if (slot && (await adoptSegments(directory, slot))) await findSegments(slot.folder);
      problem = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (problem !== message) warn({ err: error, directory }, 'The spool does not work as it should.');
      problem = message;
    }
  };

  const goOnLooking = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) await look();
    }
  };

  const stopping = new AbortController();
  await look();
  const looking = goOnLooking(stopping.signal);

  const closeAll = async (): Promise<void> => {
    stopping.abort();
    await Promise.race([looking.then(() => writer?.close()), sleep(CLOSE_MS)]);
    slot?.release();
  };

  return {
    counts,
    async append(text) {
      if (closed) throw trackerError('SPOOL_CLOSED', 'the spool is closed');
      if (!writer) throw trackerError('SPOOL_FAILED', `the spool cannot be opened: ${problem}`);
      const used = bytesOf(segments) + writer.waitingBytes();
      if (used + HEAD_BYTES + Buffer.byteLength(text) > maxBytes)
        throw trackerError('SPOOL_FULL', `the spool holds ${maxBytes} bytes at the most`);
      await writer.append(text);
      counts.spooled += 1;
    },
    next: () => reader.next(),
    hasRecords: () => segments.values().some(isPending),
    status() {
      const status: SpoolStatus = { bytes: bytesOf(segments), maxBytes, records: 0 };
      for (const segment of segments.values()) {
        status.records += segment.records;
        if (isPending(segment)) status.oldestAt = Math.min(status.oldestAt ?? segment.at, segment.at);
      }
      const why = writer ? writer.problem() : problem;
      if (why !== undefined) status.problem = why;
      return status;
    },
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
};
