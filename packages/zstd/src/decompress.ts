import { constants, createZstdDecompress, zstdDecompressSync } from 'node:zlib';
import { type Codec, openCodec, step } from './handle.ts';

/** What comes out is at most so large: a few bytes can say that they are gigabytes. */
const MAX_BYTES = 64 * 1024 * 1024;
/** The shared room is not held larger than this. */
const KEPT_BYTES = 4 * 1024 * 1024;

const open = (): Codec | undefined => openCodec(createZstdDecompress());
let codec = open();
let kept: Buffer = Buffer.allocUnsafe(262_144);

const grow = (room: Buffer, used: number): Buffer => {
  if (room.length >= MAX_BYTES) throw new Error(`zstd: more than ${MAX_BYTES} bytes come out`);
  const larger = Buffer.allocUnsafe(Math.min(room.length * 2, MAX_BYTES));
  room.copy(larger, 0, 0, used);
  if (larger.length <= KEPT_BYTES) kept = larger;
  return larger;
};

/** @returns a view that the next call overwrites */
const unpack = (using: Codec, bytes: Uint8Array): Buffer => {
  let room: Buffer = kept;
  const input = { bytes, at: 0, end: bytes.length };
  for (let used = 0; ; room = grow(room, used)) {
    const { room: rest, left } = step(using, constants.ZSTD_e_end, input, { bytes: room, at: used });
    const failed = using.failed();
    if (failed) throw failed;
    used = room.length - rest;
    input.at = bytes.length - left;
    if (left === 0 && rest > 0) return room.subarray(0, used);
  }
};

const unpacked = (bytes: Uint8Array): Buffer => {
  if (!codec) return zstdDecompressSync(bytes, { maxOutputLength: MAX_BYTES });
  try {
    return unpack(codec, bytes);
  } catch (error) {
    // What it has read of the bad bytes stays in it.
    codec = open();
    throw error;
  }
};

/** Unpacks whole zstd frames, at once, with one codec that is kept. @throws where they are damaged or too large */
export const decompress = (bytes: Uint8Array): Buffer => Buffer.from(unpacked(bytes));

/** The same for a text in UTF-8. */
export const decompressText = (bytes: Uint8Array): string => unpacked(bytes).toString();
