import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib';
import { type Codec, openCodec, step } from './handle.ts';

/** The quickest: events are so alike that higher levels gain little. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 };
/** Above this size a codec's set-up no longer matters, and the shared room would be held for ever. */
const LARGE = 1_048_576;

const open = (): Codec | undefined => openCodec(createZstdCompress({ params }));
let codec = open();
let room = Buffer.allocUnsafe(65_536);
let text = Buffer.allocUnsafe(65_536);

/** The most that `length` bytes can become (zstd's `ZSTD_compressBound`, rounded up). */
const bound = (length: number): number => length + (length >> 7) + 1024;

/**
 * Packs with zstd at level 1, at once. Node's own `zstdCompressSync` sets up a codec for each call, which takes three times
 * as long as packing 40 kB does and makes the collector work; here one is kept. Where Node is made differently, its own
 * function does the work.
 */
export const compress = (bytes: Uint8Array): Buffer => {
  if (!codec || bytes.length > LARGE) return zstdCompressSync(bytes, { params });
  if (room.length < bound(bytes.length)) room = Buffer.allocUnsafe(bound(bytes.length));
  const input = { bytes, at: 0, end: bytes.length };
  const { room: rest, left } = step(codec, constants.ZSTD_e_end, input, { bytes: room, at: 0 });
  if (codec.failed() || left > 0 || rest === 0) {
    codec = open();
    return zstdCompressSync(bytes, { params });
  }
  return Buffer.from(room.subarray(0, room.length - rest));
};

/** The same for a text, as UTF-8. @param bytes its length in UTF-8, where that is known */
export const compressText = (string: string, bytes = Buffer.byteLength(string)): Buffer => {
  if (bytes > LARGE) return compress(Buffer.from(string));
  if (text.length < bytes) text = Buffer.allocUnsafe(bytes);
  return compress(text.subarray(0, text.write(string)));
};
