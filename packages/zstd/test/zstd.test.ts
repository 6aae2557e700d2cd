import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compress, compressText, decompress, decompressText } from '../src/index.ts';

const bytes = fc.uint8Array({ maxLength: 5000 });
const text = fc.string({ unit: 'binary', maxLength: 5000 }).map((one) => one.toWellFormed());

it('packs what Node unpacks, and unpacks what Node packs, again and again', () => {
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1 }), (all) => {
      for (const one of all) {
        expect(zstdDecompressSync(compress(one))).toEqual(Buffer.from(one));
        expect(decompress(zstdCompressSync(one))).toEqual(Buffer.from(one));
      }
    }),
    { numRuns: 200 },
  );
});

it('keeps every text', () => {
  fc.assert(
    fc.property(text, (one) => decompressText(compressText(one)) === one),
    { numRuns: 500 },
  );
});

it.each([0, 1, 65_535, 65_536, 262_144, 1_048_576, 1_048_577, 9_000_000])('keeps %i bytes', (length) => {
  const one = Buffer.alloc(length, 'what repeats, and ');
  expect(decompress(compress(one)).equals(one)).toBe(true);
});

it('unpacks several frames in one piece', () => {
  const two = Buffer.concat([compressText('one '), compressText('two')]);
  expect(decompressText(two)).toBe('one two');
});

it('says what is wrong with damaged bytes, and works on', () => {
  const packed = compressText('a text that is long enough to be damaged in the middle of it');
  expect(() => decompress(Buffer.from('no zstd at all'))).toThrow();
  const flipped = Buffer.from(packed);
  flipped[5] = (flipped[5] ?? 0) ^ 0xff;
  flipped[6] = (flipped[6] ?? 0) ^ 0xff;
  const outcome = (() => {
    try {
      return decompressText(flipped);
    } catch {
      return 'refused';
    }
  })();
  expect(outcome).not.toBe('a text that is long enough to be damaged in the middle of it');
  expect(decompressText(packed)).toContain('in the middle of it');
});

it('refuses what would become larger than 64 MiB', () => {
  const bomb = zstdCompressSync(Buffer.alloc(70 * 1024 * 1024));
  expect(() => decompress(bomb)).toThrow('more than');
  expect(decompressText(compressText('after it'))).toBe('after it');
});

it('takes no more than half of the time that Node’s own functions take', () => {
  const one = Buffer.from(
    JSON.stringify(Array.from({ length: 300 }, (_, n) => ({ n, text: `hit number ${n}` }))),
  );
  const cpu = (work: () => unknown): number => {
    const before = process.cpuUsage();
    for (let n = 0; n < 2000; n++) work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const rounds = Array.from({ length: 4 }, () => cpu(() => compress(one)) / cpu(() => zstdCompressSync(one)));
  expect(Math.min(...rounds)).toBeLessThan(0.6);
});
