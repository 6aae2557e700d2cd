import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Below, packing saves nothing; above, it would hold the event loop for milliseconds (1 MB: 1–2 ms). */
const PACK_BYTES = { from: 1024, to: 1_048_576 };

const params = { [constants.ZSTD_c_compressionLevel]: 1 };

/** Field and value of an entry: `b` = the text as it is, `z` = zstd. */
export type Field = [name: 'b', value: string] | [name: 'z', value: Buffer];

/**
 * What Redis does with an entry costs it by the byte: five times fewer bytes are less than half of its CPU time, and a fifth
 * of its memory and AOF, for 0.3 µs a hit here.
 */
export const packBody = (body: string, bytes: number): Field =>
  bytes < PACK_BYTES.from || bytes > PACK_BYTES.to ? ['b', body] : ['z', zstdCompressSync(body, { params })];

export const unpackBody = (name: Buffer, value: Buffer): string =>
  (name.toString() === 'z' ? zstdDecompressSync(value) : value).toString();
