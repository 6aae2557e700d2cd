import { describe, expect, it } from 'vitest';
import {
  codeBlock,
  createFormat,
  crumbs,
  empty,
  field,
  html,
  notice,
  pagesNav,
  select,
  share,
  spark,
  speechFor,
  table,
  tabs,
  tile,
} from '../src/index.ts';

const { words } = speechFor({ headers: {} } as never);
const hostile = `"'><script>alert(1)</script>`;

describe('parts', () => {
  it('escape what they are given', () => {
    const all = html`${[
      field({
        name: 'a',
        label: hostile,
        value: hostile,
        hint: hostile,
        error: hostile,
        placeholder: hostile,
      }),
      field({ name: 'b', label: 'b', type: 'textarea', value: `</textarea>${hostile}` }),
      select({ name: 'c', label: hostile, value: hostile, options: [{ value: hostile, text: hostile }] }),
      table({ caption: hostile, columns: [{ text: hostile }], rows: [[hostile]], foot: [hostile] }),
      tabs(hostile, [{ href: hostile, text: hostile, count: hostile }]),
      crumbs([{ text: hostile, href: hostile }, { text: hostile }], words),
      codeBlock('id', hostile, hostile, words),
      empty(hostile, hostile),
      notice(hostile, 'bad'),
      tile({ label: hostile, value: 1, note: hostile, href: hostile }, createFormat(), words),
      spark([1], hostile),
    ]}`.text;
    expect(all).not.toContain('<script');
    expect(all).not.toContain(`"'>`);
    expect(all.match(/<\/textarea>/g)).toHaveLength(1);
    expect(all).not.toMatch(/ style=| on\w+=/);
  });

  it('tie hint and error of a field to its control', () => {
    const { text } = field({ name: 'site', label: 'Site', hint: 'h', error: 'e' });
    expect(text).toContain('aria-describedby="f-site-error f-site-hint"');
    expect(text).toContain('id="f-site-error"');
    expect(text).toContain('<label for="f-site">');
    expect(text).toContain('aria-invalid="true"');
  });

  it('keep a line break at the beginning of a text', () => {
    expect(field({ name: 'a', label: 'a', type: 'textarea', value: '\nx' }).text).toContain(
      '>\n\nx</textarea>',
    );
  });

  it('write no change where there was nothing before, and call more dead letters bad', () => {
    const write = (given: object) => tile({ label: 'x', value: 4, ...given }, createFormat(), words).text;
    expect(write({ before: 0 })).not.toContain('tile-change');
    expect(write({})).not.toContain('tile-change');
    expect(write({ before: 2 })).toContain('tile-change good" title="against the period before: +100%"');
    expect(write({ before: 2, lessIsBetter: true })).toContain('tile-change bad"');
    expect(write({ before: 4 })).toContain('tile-change "');
  });

  it('draw bars of any numbers', () => {
    expect(share(1.5).text).toContain('width="100%"');
    expect(share(-1).text).toContain('width="0%"');
    expect(spark([], 'none').text).toContain('viewBox="0 0 1 24"');
  });

  it('give no links where there are no other pages', () => {
    expect(pagesNav({}, words)).toBeUndefined();
    expect(pagesNav({ older: '?p=2' }, words)?.text).not.toContain('rel="prev"');
  });
});
