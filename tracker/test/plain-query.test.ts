import { checkItem, limits, parseQuery } from '@pushtech/event';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainQuery } from '../src/plain-query.ts';

const check = (query: string) => {
  const parsed = parseQuery(query, limits);
  if (!parsed.ok) return parsed;
  parsed.params.type = 'pageview';
  return checkItem(parsed.params, { now: Date.now(), imported: false, text: true });
};

const name = fc.oneof(
  fc.constantFrom(
    'url',
    'ref',
    'title',
    'site',
    'vid',
    'sid',
    'id',
    'at',
    'sent',
    'lat',
    'lng',
    'consent',
    '__proto__',
    'constructor',
    'type',
    'a',
    '',
  ),
  fc.string({ maxLength: 70 }),
);
const value = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.constantFrom('', '%zz', '%00', '+', '1', 'shop.example', 'x'.repeat(1020)),
);
const query = fc
  .array(
    fc.oneof(
      fc.tuple(name, value).map(([n, v]) => `${n}=${v}`),
      name,
    ),
    { maxLength: 70 },
  )
  .map((pairs) => pairs.join('&'));

describe('a plain query', () => {
  it('is one of which nothing would be refused, and which brings no id of its own', () => {
    let plain = 0;
    fc.assert(
      fc.property(query, (text) => {
        if (!isPlainQuery(text)) return;
        plain += 1;
        const checked = check(text);
        expect(checked).toMatchObject({ ok: true });
        expect(checked.ok && 'item' in checked && checked.item.id).toBeUndefined();
      }),
      { numRuns: 5000 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  it.each([
    '',
    'plan=pro',
    'url=https%3A%2F%2Fshop.example%2F&title=Shoes+%26+more&site=shop.example&vid=abc',
    'flag&other=',
  ])('is what pages send: %j', (text) => expect(isPlainQuery(text)).toBe(true));

  it('takes linear time for what was made to take long', () => {
    const begin = performance.now();
    for (const text of ['a'.repeat(1024), 'a=&'.repeat(341), `${'a&'.repeat(500)}=`, '='.repeat(1024)])
      isPlainQuery(text);
    expect(performance.now() - begin).toBeLessThan(20);
  });
});
