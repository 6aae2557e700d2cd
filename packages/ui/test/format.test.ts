import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFormat } from '../src/index.ts';

const en = createFormat();
const de = createFormat({ lang: 'de', zone: 'Europe/Berlin' });
/** Intl puts narrow and unbreakable spaces where a language wants them. */
const plain = (text: string | undefined): string | undefined => text?.replace(/\s/g, ' ');

describe('format', () => {
  it('writes numbers as the language does', () => {
    expect([en.number(1234.567), de.number(1234.567)]).toEqual(['1,234.57', '1.234,57']);
    expect([en.compact(12_345), en.percent(0.256), en.percent(0.0312), en.percent(0)]).toEqual([
      '12.3K',
      '26%',
      '3.1%',
      '0%',
    ]);
    expect([plain(de.percent(0.0312)), plain(de.bytes(1_530_000)), plain(en.bytes(43))]).toEqual([
      '3,1 %',
      '1,5 MB',
      '43 byte',
    ]);
  });

  it('writes a change with its sign, and none where there was nothing before', () => {
    expect([
      en.change(127, 100),
      en.change(90, 100),
      en.change(100, 100),
      en.change(101, 100),
      en.change(5, 0),
    ]).toEqual(['+27%', '-10%', '0%', '+1%', undefined]);
  });

  it('writes moments in the zone that was asked for, half hours too', () => {
    const at = Date.UTC(2026, 10, 3, 22, 45, 9);
    expect(plain(en.dateTime(at))).toBe('Nov 3, 2026, 22:45');
    expect(plain(de.dateTime(at))).toBe('3. Nov. 2026, 23:45');
    expect(createFormat({ zone: 'Asia/Kolkata' }).moment(at)).toBe('Nov 4, 04:15');
    expect([en.time('2026-11-03T00:05:00Z'), en.seconds(at), en.month(at), en.weekday(at)]).toEqual([
      '00:05',
      '22:45:09',
      'Nov 2026',
      'Tue, Nov 3',
    ]);
  });

  it('stands what is no moment', () => {
    expect([en.date('x'), en.time(Number.NaN), en.dateTime(1e30)]).toEqual(['–', '–', '–']);
  });

  it('writes spans by their two largest units, and how long ago', () => {
    expect(
      [en.duration(7_500_000), en.duration(60_000), en.duration(300), en.duration(90_061_000)].map(plain),
    ).toEqual(['2 hr 5 min', '1 min', '300 ms', '1 day 1 hr']);
    expect([en.ago(0, 300_000), de.ago(0, 300_000), en.ago(5000, 5000)]).toEqual([
      '5 minutes ago',
      'vor 5 Minuten',
      'now',
    ]);
  });

  it('names countries and languages, and leaves alone what is no code', () => {
    expect([
      en.country('DE'),
      de.country('DE'),
      en.country('ZZ9'),
      en.country('<b>'),
      de.language('en'),
    ]).toEqual(['Germany', 'Deutschland', 'ZZ9', '<b>', 'Englisch']);
  });

  it('wears the brackets of the pseudo-language where it writes words', () => {
    const xx = createFormat({ lang: 'xx' });
    expect([xx.compact(12_345), xx.number(5), xx.country('DE'), xx.day(0)]).toEqual([
      '⟦12.3K⟧',
      '5',
      '⟦Germany⟧',
      '⟦Jan 1⟧',
    ]);
  });

  it('has the functions that its types promise', () => {
    const types = readFileSync(new URL('../src/browser/format.d.ts', import.meta.url), 'utf8');
    const promised = [...types.matchAll(/^ {2}(\w+)(?=[(:])/gm)].map(([, name]) => name);
    expect(Object.keys(en).sort()).toEqual(promised.sort());
  });
});
