import type { ZstdCompress, ZstdDecompress } from 'node:zlib';

/** What lies inside Node's zlib streams, the same since Node 12: the codec, and where it tells how far it came. */
export interface Inner {
  _handle: {
    writeSync(
      flush: number,
      input: Uint8Array,
      inputAt: number,
      inputLength: number,
      output: Uint8Array,
      outputAt: number,
      outputLength: number,
    ): void;
  } | null;
  /** Room left in the output, input left to read. */
  _writeState: Uint32Array;
}

/** One codec that is kept, and the room it writes to. */
export interface Codec {
  inner: Inner;
  /** What was wrong with the bytes; the codec is then of no more use. */
  failed: () => Error | null;
}

/** The stream's codec; `undefined` when this Node is made differently. */
export const openCodec = (stream: ZstdCompress | ZstdDecompress): Codec | undefined => {
  const inner = stream as unknown as Inner;
  if (typeof inner._handle?.writeSync !== 'function' || !(inner._writeState instanceof Uint32Array))
    return undefined;
  // It is told a second time there, when nobody waits for it any more.
  stream.on('error', () => {});
  return { inner, failed: () => stream.errored };
};

/** One step. @returns room left in the output, and input left to read */
export const step = (
  { inner }: Codec,
  flush: number,
  input: { bytes: Uint8Array; at: number; end: number },
  output: { bytes: Uint8Array; at: number },
): { room: number; left: number } => {
  const { _handle: handle, _writeState: state } = inner;
  if (!handle) throw new Error('zstd: the codec is closed');
  const { bytes, at, end } = input;
  handle.writeSync(flush, bytes, at, end - at, output.bytes, output.at, output.bytes.length - output.at);
  return { room: state[0] as number, left: state[1] as number };
};
