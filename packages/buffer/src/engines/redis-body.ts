import { compressText, decompressText } from '@pushtech/zstd';

/** Below, packing saves nothing; above, it would hold the event loop for milliseconds (1 MB: 1–2 ms). */
const PACK_BYTES = { from: 1024, to: 1_048_576 };

/** Field and value of an entry: `b` = the text as it is, `z` = zstd. */
export type Field = [name: 'b', value: string] | [name: 'z', value: Buffer];

/**
 * What Redis does with an entry costs it by the byte: eight times fewer bytes are half of its CPU time, and an eighth of its
 * memory and AOF, for 0.2 µs a hit here.
 */
export const packBody = (body: string, bytes: number): Field =>
  bytes < PACK_BYTES.from || bytes > PACK_BYTES.to ? ['b', body] : ['z', compressText(body, bytes)];

export const unpackBody = (name: Buffer, value: Buffer): string =>
  name.toString() === 'z' ? decompressText(value) : value.toString();
