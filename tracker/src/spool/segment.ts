import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HEAD_BYTES, readHead } from './record.ts';

/** One file of the spool. */
export interface Segment {
  name: string;
  path: string;
  /** Epoch ms of its oldest record that is still to be drained, as far as known. */
  at: number;
  bytes: number;
  /** Records still to be drained. */
  records: number;
  /** `drained`: all is in the buffer, the file is still to be deleted. `unreadable`: the disk did not give it; tried again later. */
  state: 'writing' | 'waiting' | 'reading' | 'drained' | 'unreadable';
}

export const segmentName = (at: number, count: number, slot: number): string =>
  `${String(at).padStart(13, '0')}-${String(count % 1_000_000).padStart(6, '0')}-${slot}.seg`;

/** From head to head; where one is damaged, the count ends. */
export const countRecords = (bytes: Buffer): number => {
  let records = 0;
  for (let at = 0; at + HEAD_BYTES <= bytes.length; records++) {
    const head = readHead(bytes, at);
    if (!head) break;
    at += HEAD_BYTES + head.length;
  }
  return records;
};

/** A file of an earlier run, or of a tracker that is gone; nobody has counted its records yet. */
export const findSegment = async (folder: string, name: string): Promise<Segment> => {
  const path = join(folder, name);
  const { size } = await stat(path);
  return { name, path, at: Number(name.slice(0, 13)), bytes: size, records: 0, state: 'waiting' };
};

/** True while there may be something in it that is not in the buffer. */
export const isPending = ({ state, records }: Segment): boolean =>
  state === 'waiting' || state === 'reading' || (state !== 'drained' && records > 0);
