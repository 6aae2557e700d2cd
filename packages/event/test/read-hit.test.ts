import { describe, expect, it } from 'vitest';
import { faultOfHit, type Hit, itemOfHit } from '../src/index.ts';

const hit: Hit = {
  id: '0196dd2a-4f3b-7000-8000-000000000001',
  type: 'search',
  receivedAt: Date.UTC(2026, 4, 17),
  via: 'pixel',
  query: 'q=tent',
};
const posted: Hit = { ...hit, via: 'post', query: undefined as never, item: { type: 'a', properties: {} } };

describe('faultOfHit', () => {
  it.each([
    ['a query', hit],
    ['an item', posted],
    ['every text', { ...hit, ip: '::1', ua: '', referer: 'x', run: 'log-7' }],
    ['the last time', { ...hit, receivedAt: Date.UTC(9999, 11, 30) }],
  ])('finds none in a hit with %s', (_, value) => {
    expect(faultOfHit(value)).toBeUndefined();
  });

  it.each([[null], [[hit]], ['text'], [7], [undefined]])('says of %j that it is no object', (value) => {
    expect(faultOfHit(value)).toBe('object');
  });

  it.each([
    ['id', { id: 'not-an-id' }],
    ['type', { type: 7 }],
    ['receivedAt', { receivedAt: '2026-05-17' }],
    ['receivedAt', { receivedAt: -1 }],
    ['receivedAt', { receivedAt: 1e20 }],
    ['via', { via: 'smoke' }],
    ['query', { query: 7 }],
    ['item', { query: undefined }],
    ['item', { query: undefined, item: null }],
    ['ip', { ip: 7 }],
    ['ua', { ua: {} }],
    ['referer', { referer: null }],
    ['run', { run: 1 }],
  ])('names the field %s of %j', (field, change) => {
    expect(faultOfHit({ ...hit, ...change })).toBe(field);
  });
});

describe('itemOfHit', () => {
  it("takes the type from the path; a parameter of that name is a property of the sender's", () => {
    expect(itemOfHit({ ...hit, query: 'q=tent&type=shoe' })).toMatchObject({
      ok: true,
      item: { type: 'search', properties: { q: 'tent', type: 'shoe' } },
    });
  });

  it('allows an address of its own to an import only', () => {
    const item = { type: 'a', ip: '192.0.2.7' } as never;
    expect(itemOfHit({ ...posted, item })).toMatchObject({ ok: false, error: 'forbidden', field: 'ip' });
    expect(itemOfHit({ ...posted, item, via: 'import' })).toMatchObject({ ok: true });
  });

  it('refuses what a query may not hold', () => {
    expect(itemOfHit({ ...hit, query: '__proto__=1' })).toMatchObject({ ok: false, error: 'name_forbidden' });
  });
});
