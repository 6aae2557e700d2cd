import { randomInt } from 'node:crypto';
import { seeded } from '@pushtech/testing/seeded';
import { describe, expect, it } from 'vitest';
import { encodeRecord, type Found, HEAD_BYTES, readRecords } from '../src/spool/record.ts';

const texts = [
  '',
  'a',
  '{"v":1}\n{"id":"1"}',
  'Grüße 👋🏽 日本',
  'x'.repeat(5000),
  'ÿþptspþÿ',
  '\u0000\uffff',
];

const read = (bytes: Buffer) => {
  const found = [...readRecords(bytes)];
  return {
    texts: found.flatMap((one) => (one.kind === 'record' ? [one.text] : [])),
    damage: found.flatMap((one) => (one.kind === 'damage' ? [one] : [])),
    bytes: found.reduce((sum: number, one: Found) => sum + one.bytes, 0),
  };
};

/** Records of a random length each, and where each begins and ends. */
const makeSegment = (random: () => number) => {
  const all = Array.from({ length: 2 + Math.floor(random() * 12) }, (_, n) =>
    `${n} ${texts[Math.floor(random() * texts.length)]}`.repeat(1 + Math.floor(random() * 3)),
  );
  const parts = all.map((text) => encodeRecord(text, 1_700_000_000_000));
  const starts = parts.map((_, n) => parts.slice(0, n).reduce((sum, { length }) => sum + length, 0));
  return { all, parts, starts, bytes: Buffer.concat(parts) };
};

describe('the records of a segment', () => {
  it('come back as they were written', () => {
    const bytes = Buffer.concat(texts.map((text) => encodeRecord(text, 1_700_000_000_000)));
    expect(read(bytes)).toEqual({ texts, damage: [], bytes: bytes.length });
    const [first] = readRecords(bytes);
    expect(first).toMatchObject({ at: 1_700_000_000_000, bytes: HEAD_BYTES });
  });

  it('all but the one that is hit come back, wherever in it a byte is flipped', () => {
    const parts = ['one', 'two', 'three'].map((text) => encodeRecord(text, 1));
    const [before, hit] = [parts[0]?.length as number, parts[1]?.length as number];
    for (let at = before; at < before + hit; at++) {
      for (const bit of [1, 0x80]) {
        const bytes = Buffer.concat(parts);
        bytes.writeUInt8(bytes.readUInt8(at) ^ bit, at);
        expect(read(bytes)).toEqual({
          texts: ['one', 'three'],
          damage: [{ kind: 'damage', reason: 'flipped', offset: before, bytes: hit }],
          bytes: bytes.length,
        });
      }
    }
  });

  it('all but the last come back when the end is torn off, wherever', () => {
    const parts = ['one', 'two', 'three'].map((text) => encodeRecord(text, 1));
    const bytes = Buffer.concat(parts);
    const last = bytes.length - (parts[2]?.length as number);
    for (let end = last + 1; end < bytes.length; end++) {
      const { texts: back, damage } = read(bytes.subarray(0, end));
      expect(back).toEqual(['one', 'two']);
      expect(damage).toEqual([{ kind: 'damage', reason: 'torn', offset: last, bytes: end - last }]);
    }
  });

  const SEED = Number(process.env.SEED ?? randomInt(1 << 30));
  it(`come back but for those hit, in 1,000 segments with random damage (SEED=${SEED})`, () => {
    const random = seeded(SEED);
    for (let round = 0; round < 1000; round++) {
      const { all, parts, starts, bytes } = makeSegment(random);
      const hit = new Set<number>();
      for (let n = 1 + Math.floor(random() * 4); n > 0; n--) {
        const at = Math.floor(random() * bytes.length);
        const record = starts.findLastIndex((start) => start <= at);
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 + Math.floor(random() * 255)), at);
        hit.add(record);
      }
      const cut = random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length;
      const sound = (n: number): boolean => {
        const [start, length] = [starts[n] as number, (parts[n] as Buffer).length];
        const same = bytes.subarray(start, start + length).equals(parts[n] as Buffer);
        return (same || !hit.has(n)) && start + length <= cut;
      };
      const result = read(bytes.subarray(0, cut));
      const expected = all.filter((_, n) => sound(n));
      expect(result.texts).toEqual(expected);
      expect(result.bytes).toBe(cut);
      const whole = expected.length === all.length || starts.includes(cut);
      if (!whole) expect(result.damage.length).toBeGreaterThan(0);
    }
  });

  it('are found again behind a piece of anything else, and nothing is found where nothing is', () => {
    const record = encodeRecord('sound', 1);
    const junk = Buffer.from(Array.from({ length: 10_000 }, (_, n) => (n * 7919) % 251));
    const between = read(Buffer.concat([junk, record, Buffer.alloc(300), record]));
    expect(between.texts).toEqual(['sound', 'sound']);
    expect(between.damage.map(({ reason }) => reason)).toEqual(['flipped', 'flipped']);
    expect(read(junk)).toMatchObject({ texts: [], damage: [{ reason: 'flipped', offset: 0 }] });
    // Markers only: as many places to try as there can be.
    const markers = Buffer.concat(Array.from({ length: 20_000 }, () => record.subarray(0, 8)));
    expect(read(markers)).toMatchObject({ texts: [], bytes: markers.length });
  });
});
