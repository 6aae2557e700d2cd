import { describe, expect, it } from 'vitest';
import { enrich, eventOf, ID, pixel } from '../through.ts';

describe('parse', () => {
  it('gives the event its identity and the time of receipt', () => {
    expect(eventOf(pixel('', { run: 'log-7' }))).toMatchObject({
      v: 1,
      id: ID,
      type: 'pageview',
      via: 'pixel',
      run: 'log-7',
      receivedAt: '2026-05-17T10:05:00.123Z',
      occurredAt: '2026-05-17T10:05:00.123Z',
    });
  });

  const hit = pixel('a=1');
  it.each([
    ['', 'line_invalid'],
    ['{"id":', 'line_invalid'],
    ['[', 'line_invalid'],
    ['['.repeat(100_000), 'line_invalid'],
    ['null', 'hit_invalid'],
    ['[]', 'hit_invalid'],
    ['"text"', 'hit_invalid'],
    ['{}', 'hit_invalid'],
    [JSON.stringify({ ...hit, id: 'not-an-id' }), 'hit_invalid'],
    [JSON.stringify({ ...hit, receivedAt: '2026-05-17' }), 'hit_invalid'],
    [JSON.stringify({ ...hit, receivedAt: 1e20 }), 'hit_invalid'],
    [JSON.stringify({ ...hit, via: 'smoke' }), 'hit_invalid'],
    [JSON.stringify({ ...hit, query: undefined }), 'hit_invalid'],
    [JSON.stringify({ ...hit, query: 7 }), 'hit_invalid'],
    [JSON.stringify({ ...hit, ua: {} }), 'hit_invalid'],
  ])('makes %.30j a dead letter: %s', (line, reason) => {
    expect(enrich(line)).toMatchObject({ step: 'parse', verdict: { kind: 'dead', reason } });
  });
});
