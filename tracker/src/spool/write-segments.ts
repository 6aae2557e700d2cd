import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { trackerError } from '../errors.ts';
import { encodeRecord } from './record.ts';
import { type Segment, segmentName } from './segment.ts';
import { type Slot, syncFolder } from './slot.ts';

/** A segment is closed once it has this many bytes; a restart replays at most one that was half drained. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
/** Bytes that one write and one fsync take together, the first record not counted. */
const GROUP_BYTES = 1024 * 1024;
/** After a failure the disk is left alone for so long; what comes meanwhile is refused at once. */
const PAUSE_MS = 250;

interface Waiting {
  bytes: Buffer;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export interface WriteSegmentsDeps {
  slot: Slot;
  /** All files of the spool, by name; the new ones are put in. */
  segments: Map<string, Segment>;
  clock: () => number;
}

const writeAll = async (file: FileHandle, bytes: Buffer, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};

/** Takes texts to the disk: all that come while one fsync runs share the next. No call here holds the event loop. */
export const writeSegments = ({ slot, segments, clock }: WriteSegmentsDeps) => {
  const waiting: Waiting[] = [];
  let active: { file: FileHandle; segment: Segment } | undefined;
  let waitingBytes = 0;
  let count = Math.floor(Math.random() * 1_000_000);
  let failed: { until: number; reason: string } | undefined;
  let turns: Promise<unknown> = Promise.resolve();
  let pumping = false;

  /** One after the other: a write and the closing of its file never meet. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = turns.then(work);
    turns = turn.catch(() => {});
    return turn;
  };

  const begin = async () => {
    const at = clock();
    const name = segmentName(at, count++, slot.number);
    const path = join(slot.folder, name);
    const file = await open(path, 'wx');
    const segment: Segment = { name, path, at, bytes: 0, records: 0, state: 'writing' };
    segments.set(name, segment);
    active = { file, segment };
    return active;
  };

  /** No more comes into it: it may be read. One that never took a record goes away. */
  const finish = async (): Promise<void> => {
    const ended = active;
    if (!ended) return;
    active = undefined;
    await ended.file.close().catch(() => {});
    if (ended.segment.records > 0) ended.segment.state = 'waiting';
    else {
      segments.delete(ended.segment.name);
      await unlink(ended.segment.path).catch(() => {});
    }
  };

  const write = async (group: readonly Waiting[]): Promise<void> => {
    const { file, segment } = active ?? (await begin());
    const bytes =
      group.length === 1 ? (group[0] as Waiting).bytes : Buffer.concat(group.map((one) => one.bytes));
    await writeAll(file, bytes, segment.bytes);
    await file.datasync();
    if (segment.records === 0) await syncFolder(slot.folder);
    segment.bytes += bytes.length;
    segment.records += group.length;
    if (segment.bytes >= SEGMENT_BYTES) await finish();
  };

  /** Cuts off what may be half written; what cannot be cut off is recognised as torn when it is read. */
  const giveUp = async (error: unknown): Promise<void> => {
    failed = { until: performance.now() + PAUSE_MS, reason: (error as Error).message };
    await active?.file.truncate(active.segment.bytes).catch(() => {});
    await finish();
  };

  const nextGroup = (): Waiting[] => {
    let bytes = 0;
    const end = waiting.findIndex((one, index) => {
      bytes += one.bytes.length;
      return index > 0 && bytes > GROUP_BYTES;
    });
    return waiting.splice(0, end < 0 ? waiting.length : end);
  };

  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      await write(group);
      failed = undefined;
      for (const one of group) one.resolve();
    } catch (error) {
      await giveUp(error);
      const refusal = trackerError('SPOOL_FAILED', `the spool cannot be written: ${failed?.reason}`, error);
      for (const one of group) one.reject(refusal);
    } finally {
      for (const one of group) waitingBytes -= one.bytes.length;
    }
  };

  const pump = async (): Promise<void> => {
    pumping = true;
    while (waiting.length > 0) {
      const group = nextGroup();
      await inTurn(() => writeGroup(group));
    }
    pumping = false;
  };

  return {
    /** Bytes that are on their way to the disk. */
    waitingBytes: () => waitingBytes,
    /** Why the last write failed. */
    problem: (): string | undefined => failed?.reason,
    /** Resolves once the text is on the disk. @throws SPOOL_FAILED */
    async append(text: string): Promise<void> {
      if (failed && performance.now() < failed.until)
        throw trackerError('SPOOL_FAILED', `the spool cannot be written: ${failed.reason}`);
      const bytes = encodeRecord(text, clock());
      waitingBytes += bytes.length;
      return new Promise((resolve, reject) => {
        waiting.push({ bytes, resolve, reject });
        if (!pumping) pump();
      });
    },
    /** Closes the file under way, so that it can be read. */
    roll: () => inTurn(finish),
    /** Waits for what was asked for. */
    async close(): Promise<void> {
      while (pumping) await turns;
      await inTurn(finish);
    },
  };
};
