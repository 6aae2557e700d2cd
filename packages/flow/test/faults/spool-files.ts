import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands before each record of the spool (tracker/src/spool/record.ts). */
const MARKER = Buffer.from([0xff, 0xfe, 0x70, 0x74, 0x73, 0x70, 0xfe, 0xff]);

/** The segments of a spool, oldest first. */
const segmentsOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.seg'))
    .sort()
    .map((name) => join(folder, name));

const idsIn = (bytes: Buffer): string[] =>
  [...bytes.toString('latin1').matchAll(/"id":"([\da-f-]{36})"/g)].map(([, id]) => id as string);

/** As a crash in the midst of a write leaves it: the last segment ends with the beginning of a record. */
export const tearTail = (folder: string): void => {
  const last = segmentsOf(folder).at(-1) as string;
  appendFileSync(last, readFileSync(last).subarray(0, 60));
};

/** As a bad disk leaves it. @returns the ids of the record that is no longer sound */
export const flipByte = (folder: string, share: number): string[] => {
  const [path = ''] = segmentsOf(folder);
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length * share);
  const begin = Math.max(0, bytes.lastIndexOf(MARKER, at));
  const next = bytes.indexOf(MARKER, begin + 1);
  const record = bytes.subarray(begin, next < 0 ? bytes.length : next);
  const ids = idsIn(record);
  record[Math.floor(record.length / 2)] = (record[Math.floor(record.length / 2)] as number) ^ 0x01;
  writeFileSync(path, bytes);
  return ids;
};
