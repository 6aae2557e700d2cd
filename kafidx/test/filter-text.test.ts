import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterNames, filterText, readFilterText } from '../src/browser/filter-text.js';
import { readFilter } from '../src/filter.ts';

const id = '01980d2e-7c1f-7a3b-8c4d-5e6f7a8b9c0d';

describe('the text of a filter', () => {
  it.each([
    ['', {}],
    ['type:pageview', { type: 'pageview' }],
    ['type:pageview,click  site:shop.example', { type: 'pageview,click', site: 'shop.example' }],
    ['type:a type:b', { type: 'a,b' }],
    ['path:/shop/* country:de bots:0 dead:0', { path: '/shop/*', country: 'de', bots: '0', dead: '0' }],
    ['bots:1 dead:1', {}],
    ['path:"/a b/*" type:x', { path: '/a b/*', type: 'x' }],
    [`id:${id}`, { id }],
    ['type:v:1', { type: 'v:1' }],
  ])('%j is read', (text, filter) => {
    expect(readFilterText(text)).toEqual({ filter, problems: [] });
  });

  it.each([
    ['pageview', 'noName', 'pageview'],
    ['host:x', 'unknown', 'host'],
    ['constructor:x', 'unknown', 'constructor'],
    ['type:', 'empty', 'type:'],
    ['path:"/a', 'quote', 'path:"/a'],
    ['country:Germany', 'country', 'Germany'],
    ['country:DE,xyz', 'country', 'xyz'],
    ['id:7', 'id', '7'],
    ['type:ä', 'type', 'ä'],
    ['bots:yes', 'flag', 'yes'],
    ['bots:0,1', 'flag', '0,1'],
    [`type:${Array.from({ length: 21 }, (_, n) => `t${n}`).join()}`, 'tooMany', 'type'],
  ])('%j says what is wrong, and the rest still counts', (text, code, word) => {
    const reading = readFilterText(`site:a ${text}`);
    expect(reading.problems).toEqual([{ code, word }]);
    expect(reading.filter).toEqual({ site: 'a' });
  });

  it('takes and refuses the same as the stream, whatever the values are', () => {
    const value = fc.oneof(
      fc.stringMatching(/^[\w.:/*-]{1,12}$/),
      fc.string({ maxLength: 8 }).filter((text) => !/[\s",]/.test(text) && text !== ''),
      fc.constantFrom('DE', 'de', '0', '1', id, id.toUpperCase()),
    );
    fc.assert(
      fc.property(fc.constantFrom(...filterNames), value, (name, text) => {
        const reading = readFilterText(`${name}:${text}`);
        const server = readFilter([[name, text]]);
        expect(reading.problems.length === 0).toBe(server.ok);
      }),
    );
  });

  it('gives the text back that it was read from', () => {
    for (const text of ['type:a,b site:c country:DE path:/x/* bots:0', 'path:"/a b"', '']) {
      expect(filterText(readFilterText(text).filter)).toBe(text);
    }
  });
});
