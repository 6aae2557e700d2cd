import { decodeHitBatch, encodeHitBatch, type Hit, type HitBatchHeader, newId } from '@pushtech/event';
import { naughtyStrings } from '@pushtech/event/fixtures';
import { describe, expect, test } from 'vitest';

const encodeHit = (hit: Hit): string => JSON.stringify(hit);

const header: HitBatchHeader = {
  v: 1,
  batch: newId(),
  at: 1_781_524_800_000,
  received: [{ minute: 1_781_524_800_000, n: 2, run: 'r' }],
  dropped: [{ at: '2026-06-15T12:00:00.000Z', reason: 'rate', step: 'tracker', n: 4, field: 'line\nfeed' }],
};

const hit = (query: string): Hit => ({
  id: newId(),
  type: 't',
  receivedAt: 1_781_524_800_000,
  via: 'pixel',
  query,
  ua: query,
});

describe('a hit batch', () => {
  test('comes back as it went in, naughty strings and line ends included', () => {
    const hits = [...naughtyStrings(), 'a\nb\r\nc\u2028d', '\ud83d'].map(hit);
    const { header: read, lines } = decodeHitBatch(encodeHitBatch(header, hits.map(encodeHit)));
    expect(read).toEqual(header);
    expect(lines.map((line) => JSON.parse(line) as Hit)).toEqual(hits);
  });

  test('may hold tallies and drops without a hit', () => {
    expect(decodeHitBatch(encodeHitBatch(header, []))).toEqual({ header, lines: [] });
  });

  test('keeps the other lines when one is broken', () => {
    const sound = encodeHit(hit('q'));
    expect(decodeHitBatch(encodeHitBatch(header, [sound, '{broken', sound])).lines).toEqual([
      sound,
      '{broken',
      sound,
    ]);
  });

  test.each([
    '',
    '\n',
    'null',
    '[]',
    '{}',
    '"v"',
    '{"v":2,"batch":"b","received":[],"dropped":[]}',
    '{"v":1,"batch":7,"received":[],"dropped":[]}',
    '{"v":1,"batch":"b","received":{},"dropped":[]}',
    '{"v":1,"batch":"b","received":[]}',
    `${'['.repeat(100_000)}`,
  ])('whose header is %j is refused by an exception', (entry) => {
    expect(() => decodeHitBatch(entry)).toThrow(/./);
  });
});
