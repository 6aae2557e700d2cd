import { gunzipSync } from 'node:zlib';
import { decompress } from '@pushtech/zstd';
import { logError } from '../../errors.ts';
import type { LogRecord } from '../../log.ts';
import { crc32c } from './crc32c.ts';

const HEADER_BYTES = 61;
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const LOG_APPEND_TIME = 8;
const CONTROL = 32;
/** Characters of values given out at once, the first record not counted. */
const BATCH_CHARS = 2_000_000;

const unpack = (bytes: Buffer, codec: number): Buffer => {
  if (codec === 0) return bytes;
  if (codec === 1) return gunzipSync(bytes);
  if (codec === 4) return decompress(bytes);
  throw logError(
    'LOG_UNREADABLE',
    `records are compressed with ${CODECS[codec] ?? codec}: only none, gzip and zstd can be read`,
  );
};

const int64 = (bytes: Buffer, at: number): number =>
  bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);

/** Reads the records of a fetch's answer one after the other, unpacking a batch when it is reached. */
export const createReader = (
  bytes: Buffer,
  { topic, partition, from }: Pick<LogRecord, 'topic' | 'partition'> & { from: number },
) => {
  /** Of the next batch. */
  let batchAt = 0;
  let records: Buffer = bytes;
  let at = 0;
  let left = 0;
  let base = 0;
  let time = 0;
  let fixedTime: number | undefined;
  /** The position to fetch from when all is read. */
  let next = from;

  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = records[at++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) break;
      scale *= 128;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };

  const text = (): string => {
    const length = varint();
    if (length <= 0) return '';
    at += length;
    return records.toString('utf8', at - length, at);
  };

  const headers = (count: number): Record<string, string> => {
    const found: Record<string, string> = {};
    for (let n = 0; n < count; n++) {
      const name = text();
      found[name] = text();
    }
    return found;
  };

  const record = (): LogRecord => {
    const end = varint() + at;
    at += 1;
    const elapsed = varint();
    const position = base + varint();
    const key = text();
    const value = text();
    const found: LogRecord = { topic, partition, position, at: fixedTime ?? time + elapsed, key, value };
    const count = varint();
    if (count > 0) found.headers = headers(count);
    at = end;
    left -= 1;
    return found;
  };

  /** Goes past the next record, and says whether this is its key. */
  const keyIs = (key: Buffer): boolean => {
    const end = varint() + at;
    at += 1;
    varint();
    varint();
    const length = Math.max(0, varint());
    const is = length === key.length && records.compare(key, 0, length, at, at + length) === 0;
    at = end;
    if (!is) left -= 1;
    return is;
  };

  /** Goes to the next whole batch; the last of an answer may be cut off. */
  const nextBatch = (): boolean => {
    while (batchAt + HEADER_BYTES <= bytes.length) {
      const start = batchAt;
      const end = start + 12 + bytes.readInt32BE(start + 8);
      if (end > bytes.length) return false;
      const magic = bytes[start + 16];
      if (magic !== 2)
        throw logError(
          'LOG_UNREADABLE',
          `${topic}/${partition} holds records of format ${magic}, older than Kafka 0.11`,
        );
      base = int64(bytes, start);
      if (crc32c(bytes, start + 21, end) !== bytes.readUInt32BE(start + 17)) {
        throw logError('LOG_UNREADABLE', `${topic}/${partition} at ${base}: the checksum is wrong`);
      }
      const attributes = bytes.readInt16BE(start + 21);
      next = Math.max(next, base + bytes.readInt32BE(start + 23) + 1);
      batchAt = end;
      if (attributes & CONTROL) continue;
      time = int64(bytes, start + 27);
      fixedTime = attributes & LOG_APPEND_TIME ? int64(bytes, start + 35) : undefined;
      left = bytes.readInt32BE(start + 57);
      records = unpack(bytes.subarray(start + HEADER_BYTES, end), attributes & 7);
      at = 0;
      return true;
    }
    return false;
  };

  return {
    /** Up to `max` records; none at the end. */
    read(max: number): LogRecord[] {
      const found: LogRecord[] = [];
      let chars = 0;
      while (found.length < max && chars <= BATCH_CHARS && (left > 0 || nextBatch())) {
        if (left === 0) continue;
        const one = record();
        // A batch is given whole, also when its first records were not asked for.
        if (one.position < from) continue;
        chars += one.value.length;
        found.push(one);
      }
      return found;
    },
    /**
     * Goes through one batch; `undefined` at the end. Of records with another key only the key is looked at.
     * @param key in UTF-8
     */
    findIn(key: Buffer): { found: LogRecord[]; looked: number; firstAt: number } | undefined {
      if (left === 0 && !nextBatch()) return undefined;
      const looked = left;
      const found: LogRecord[] = [];
      while (left > 0) {
        const start = at;
        if (keyIs(key)) {
          at = start;
          const one = record();
          if (one.position >= from) found.push(one);
        }
      }
      return { found, looked, firstAt: fixedTime ?? time };
    },
    /** The position after the last batch that was reached. */
    next: () => next,
    /** The position after the last whole batch there is. */
    end(): number {
      let position = from;
      for (let start = 0; start + HEADER_BYTES <= bytes.length; ) {
        const end = start + 12 + bytes.readInt32BE(start + 8);
        if (end > bytes.length) break;
        position = int64(bytes, start) + bytes.readInt32BE(start + 23) + 1;
        start = end;
      }
      return Math.max(position, from);
    },
  };
};

export type Reader = ReturnType<typeof createReader>;
