import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { it } from 'vitest';
import { createKeyedHash } from '../src/keyed-hash.ts';

it('is HMAC-SHA-256, for every key and text', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 3000 });
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.array(text, { minLength: 1 }),
      (key, texts) => {
        const keyed = createKeyedHash(key);
        return texts.every((one) => keyed(one) === createHmac('sha256', key).update(one).digest('base64url'));
      },
    ),
  );
});
