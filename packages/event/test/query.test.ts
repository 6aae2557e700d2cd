import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../src/index.ts';

const limits = { params: 64 };
const read = (query: string): Record<string, string> | string => {
  const parsed = parseQuery(query, limits);
  return parsed.ok ? { ...parsed.params } : parsed.error;
};
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

describe('a query', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a', { a: '' }],
    ['a=', { a: '' }],
    ['=1', { '': '1' }],
    ['&&a=1&', { a: '1' }],
    ['a=1=2', { a: '1=2' }],
    ['a=1&a=2', { a: '1' }],
    ['a=&a=2', { a: '' }],
    ['a+b=c+d', { 'a b': 'c d' }],
    ['a=%2B+%26', { a: '+ &' }],
    ['a[b][c]=1&a.b=2', { 'a[b][c]': '1', 'a.b': '2' }],
    ['a=%e2%82%ac', { a: '€' }],
    [latin1('a=€&ü=1'), { a: '€', ü: '1' }],
    ['a=100%', { a: '100%' }],
    ['a=%zz%41', { a: '%zzA' }],
    ['a=%ff+%41', { a: '%ff A' }],
    ['a=%C3%A9%FF', { a: '%C3%A9%FF' }],
    ['a=\xff', { a: '\ufffd' }],
    ['constructor=1', { constructor: '1' } as never],
  ])('%s is read as %j', (query, params) => {
    expect(read(query)).toEqual(params);
  });

  it('has no prototype, whatever is in it', () => {
    const parsed = parseQuery('__proto__=1&a=2', limits);
    if (!parsed.ok) throw new Error(parsed.error);
    expect(Object.getPrototypeOf(parsed.params)).toBeNull();
    expect(Object.keys(parsed.params)).toEqual(['__proto__', 'a']);
  });

  it('of more than 64 parameters is refused, also when they repeat', () => {
    expect(read('a=1&'.repeat(64))).toEqual({ a: '1' });
    expect(read('a=1&'.repeat(65))).toBe('too_many');
  });

  it('gives back what URLSearchParams wrote', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(text, text), { maxLength: 20, selector: ([name]) => name }),
        (pairs) => {
          expect(read(new URLSearchParams(pairs).toString())).toEqual(Object.fromEntries(pairs));
        },
      ),
    );
  });

  it('of any bytes is read or refused, in time that grows with its length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2000 }),
        (bytes) => void read(Buffer.from(bytes).toString('latin1')),
      ),
    );
    const start = performance.now();
    for (const part of ['%', '%4', '%ff', '+', '=', '\xff']) read(part.repeat(8192 / part.length));
    expect(performance.now() - start).toBeLessThan(50);
  });
});
