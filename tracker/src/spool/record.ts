import { crc32 } from 'node:zlib';

/**
 * Stands before each record. 0xff and 0xfe never occur in UTF-8, so no text can hold it: where bytes are damaged, the next
 * record begins at the next marker.
 */
const MARKER = Buffer.from([0xff, 0xfe, 0x70, 0x74, 0x73, 0x70, 0xfe, 0xff]);

/** Marker, length of the text (4), epoch ms of the writing (8), CRC of the text (4), CRC of the three numbers (4). */
export const HEAD_BYTES = 28;

const LENGTH = 8;
const AT = 12;
const TEXT_CRC = 20;
const HEAD_CRC = 24;

/** @param at epoch ms */
export const encodeRecord = (text: string, at: number): Buffer => {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + length);
  bytes.set(MARKER);
  bytes.write(text, HEAD_BYTES);
  bytes.writeUInt32LE(length, LENGTH);
  bytes.writeDoubleLE(at, AT);
  bytes.writeUInt32LE(crc32(bytes.subarray(HEAD_BYTES)), TEXT_CRC);
  bytes.writeUInt32LE(crc32(bytes.subarray(LENGTH, HEAD_CRC)), HEAD_CRC);
  return bytes;
};

export interface Head {
  /** Bytes of the text. */
  length: number;
  at: number;
  crc: number;
}

/** `undefined` when no sound head begins there. */
export const readHead = (bytes: Buffer, start = 0): Head | undefined => {
  if (bytes.length < start + HEAD_BYTES) return undefined;
  if (bytes.compare(MARKER, 0, MARKER.length, start, start + MARKER.length) !== 0) return undefined;
  const crc = bytes.readUInt32LE(start + HEAD_CRC);
  if (crc32(bytes.subarray(start + LENGTH, start + HEAD_CRC)) !== crc) return undefined;
  return {
    length: bytes.readUInt32LE(start + LENGTH),
    at: bytes.readDoubleLE(start + AT),
    crc: bytes.readUInt32LE(start + TEXT_CRC),
  };
};

/** `torn`: the end of the file is missing, as after a crash while it was written. `flipped`: bytes are not what was written. */
export type Damage = 'torn' | 'flipped';

export type Found =
  | { kind: 'record'; text: string; at: number; bytes: number }
  | { kind: 'damage'; reason: Damage; offset: number; bytes: number };

/** Bytes without a successor: torn when they look like the beginning of a record, as far as they go. */
const damageAtEnd = (bytes: Buffer, start: number): Damage => {
  const begins = Math.min(MARKER.length, bytes.length - start);
  if (bytes.compare(MARKER, 0, begins, start, start + begins) !== 0) return 'flipped';
  const head = readHead(bytes, start);
  const cut = head ? start + HEAD_BYTES + head.length > bytes.length : bytes.length < start + HEAD_BYTES;
  return cut ? 'torn' : 'flipped';
};

/**
 * What lies in a segment, in order. Damage is one item up to the next marker; each turn moves ahead, so it always ends.
 */
export function* readRecords(bytes: Buffer): Generator<Found, void> {
  for (let start = 0; start < bytes.length; ) {
    const head = readHead(bytes, start);
    const end = head ? start + HEAD_BYTES + head.length : start;
    const text = bytes.subarray(start + HEAD_BYTES, end);
    if (head && end <= bytes.length && crc32(text) === head.crc) {
      yield { kind: 'record', text: text.toString(), at: head.at, bytes: end - start };
      start = end;
      continue;
    }
    const marker = bytes.indexOf(MARKER, start + 1);
    const next = marker < 0 ? bytes.length : marker;
    const reason = marker < 0 ? damageAtEnd(bytes, start) : 'flipped';
    yield { kind: 'damage', reason, offset: start, bytes: next - start };
    start = next;
  }
}
