import { hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;

/**
 * HMAC-SHA-256 (RFC 2104) of short texts under one key, put together from two one-shot hashes: a third of the time that
 * `createHmac` takes to set up its objects for each text. A test holds it to `createHmac`.
 * @returns text → base64url of the 32 bytes
 */
export const createKeyedHash = (key: string): ((text: string) => string) => {
  const bytes = Buffer.byteLength(key) > BLOCK ? hash('sha256', key, 'buffer') : Buffer.from(key);
  const padded = Buffer.alloc(BLOCK);
  bytes.copy(padded);
  const outer = Buffer.alloc(BLOCK + DIGEST);
  outer.set(padded.map((byte) => byte ^ 0x5c));
  let inner = Buffer.alloc(4096);
  inner.set(padded.map((byte) => byte ^ 0x36));

  return (text) => {
    // A UTF-16 unit takes at most 3 bytes.
    if (BLOCK + text.length * 3 > inner.length) {
      const larger = Buffer.alloc(BLOCK + text.length * 3);
      inner.copy(larger, 0, 0, BLOCK);
      inner = larger;
    }
    const length = BLOCK + inner.write(text, BLOCK);
    outer.write(hash('sha256', inner.subarray(0, length), 'binary'), BLOCK, 'latin1');
    return hash('sha256', outer, 'base64url');
  };
};
