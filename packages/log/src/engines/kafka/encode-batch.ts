import { compress } from '@pushtech/zstd';
import type { NewRecord } from '../../log.ts';
import { crc32c } from './crc32c.ts';

/** Of a batch before it is compressed: 1 MB takes some 3 ms. A larger record stands alone. */
export const BATCH_BYTES = 1_000_000;
/** Kafka's record batch, version 2: what stands before the records. */
const HEADER_BYTES = 61;
const ATTRIBUTES_AT = 21;
const ZSTD = 4;
/** Up to this length a text is written faster by hand. */
const SHORT = 48;

let scratch = Buffer.allocUnsafeSlow(BATCH_BYTES + 64 * 1024);
let at = 0;

const reserve = (bytes: number): void => {
  if (at + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, at + bytes));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
};

const sizeOfVarint = (n: number): number =>
  n < 64 ? 1 : n < 8192 ? 2 : n < 1048576 ? 3 : n < 134217728 ? 4 : 5;

/** Of numbers of 0 or more, which zigzag doubles. */
const writeVarint = (n: number): void => {
  let rest = n * 2;
  while (rest > 127) {
    scratch[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  scratch[at++] = rest;
};

const writeText = (text: string, bytes: number): void => {
  writeVarint(bytes);
  if (bytes === text.length && bytes <= SHORT) {
    for (let n = 0; n < bytes; n++) scratch[at++] = text.charCodeAt(n);
  } else at += scratch.write(text, at, bytes, 'utf8');
};

const sizeOfText = (bytes: number): number => sizeOfVarint(bytes) + bytes;

const sizeOfHeaders = (headers: Record<string, string>, names: readonly string[]): number => {
  let size = sizeOfVarint(names.length);
  for (const name of names) {
    size += sizeOfText(Buffer.byteLength(name)) + sizeOfText(Buffer.byteLength(headers[name] as string));
  }
  return size;
};

const NONE: Record<string, string> = {};

const writeRecord = ({ key, value, headers = NONE }: NewRecord, offset: number, elapsed: number): void => {
  const names = headers === NONE ? [] : Object.keys(headers);
  const keyBytes = Buffer.byteLength(key);
  const valueBytes = Buffer.byteLength(value);
  const size =
    1 +
    sizeOfVarint(elapsed) +
    sizeOfVarint(offset) +
    sizeOfText(keyBytes) +
    sizeOfText(valueBytes) +
    sizeOfHeaders(headers, names);
  reserve(size + 16);
  writeVarint(size);
  // No attributes, and the difference of time to the batch.
  scratch[at++] = 0;
  writeVarint(elapsed);
  writeVarint(offset);
  writeText(key, keyBytes);
  writeText(value, valueBytes);
  writeVarint(names.length);
  for (const name of names) {
    writeText(name, Buffer.byteLength(name));
    const text = headers[name] as string;
    writeText(text, Buffer.byteLength(text));
  }
};

/** Bytes that a record takes at the most, cheaply told. */
export const roughBytes = ({ key, value }: NewRecord): number => (key.length + value.length) * 1.1 + 100;

/**
 * Writes records as one batch of Kafka's format, version 2, compressed with zstd. Lone surrogates become U+FFFD. By hand
 * and into one buffer, since kafkajs allocates for each field and computes its checksum byte by byte.
 * @param now epoch ms
 * @param times epoch ms of each record, where they are not all `now`
 */
export const encodeBatch = (
  records: readonly NewRecord[],
  now: number,
  times?: readonly number[],
): Buffer => {
  at = 0;
  const first = times ? Math.min(...times) : now;
  const last = times ? Math.max(...times) : now;
  for (let n = 0; n < records.length; n++) {
    writeRecord(records[n] as NewRecord, n, times ? (times[n] as number) - first : 0);
  }
  const packed = compress(scratch.subarray(0, at));
  if (scratch.length > 4 * BATCH_BYTES) scratch = Buffer.allocUnsafeSlow(BATCH_BYTES + 64 * 1024);
  const batch = Buffer.allocUnsafe(HEADER_BYTES + packed.length);
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(-1, 12);
  batch[16] = 2;
  batch.writeInt16BE(ZSTD, ATTRIBUTES_AT);
  batch.writeInt32BE(records.length - 1, 23);
  batch.writeBigInt64BE(BigInt(first), 27);
  batch.writeBigInt64BE(BigInt(last), 35);
  // No producer id, no epoch, no sequence: not idempotent.
  batch.writeBigInt64BE(-1n, 43);
  batch.writeInt16BE(-1, 51);
  batch.writeInt32BE(-1, 53);
  batch.writeInt32BE(records.length, 57);
  packed.copy(batch, HEADER_BYTES);
  batch.writeUInt32BE(crc32c(batch, ATTRIBUTES_AT), 17);
  return batch;
};
