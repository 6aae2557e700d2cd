import { keyOf } from '../../keys.ts';

const UUID_BYTES = 16;

/** A UUID as its 16 bytes; any other text as it is, but never 16 bytes long. */
export const bytesOf = (id: string): Buffer => {
  const key = keyOf(id, Buffer.allocUnsafe(UUID_BYTES));
  if (typeof key !== 'string') return key as Buffer;
  const text = Buffer.from(key);
  return text.length === UUID_BYTES ? Buffer.concat([text, Buffer.of(0)]) : text;
};

/** Some ids one after the other; `lengths` is absent where all are UUIDs. */
export const packIds = (ids: readonly string[]): { blob: Buffer; lengths?: number[] } => {
  const packed = ids.map(bytesOf);
  const blob = Buffer.concat(packed);
  if (blob.length === ids.length * UUID_BYTES && packed.every(({ length }) => length === UUID_BYTES)) {
    return { blob };
  }
  return { blob, lengths: packed.map(({ length }) => length) };
};
