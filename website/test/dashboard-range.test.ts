import { describe, expect, it } from 'vitest';
import { type RangeName, rangeOf } from '../src/dashboard/range.ts';

/** A Wednesday, half past one in the afternoon in UTC; in Kolkata seven in the evening. */
const now = Date.UTC(2026, 4, 13, 13, 30, 20);
const iso = (at: number | undefined) => (at === undefined ? '' : new Date(at).toISOString().slice(0, 16));

const told = (range: RangeName, tz = 'UTC', dates: { from?: string; to?: string } = {}, at = now) => {
  const { from, to, before } = rangeOf({ range, tz, now: at, ...dates });
  return [iso(from), iso(to), iso(before?.from), iso(before?.to)];
};

describe('a span of time with a name', () => {
  it.each<[RangeName, ...string[]]>([
    ['30m', '2026-05-13T13:01', '2026-05-13T13:31', '2026-05-13T12:31', '2026-05-13T13:01'],
    ['24h', '2026-05-12T13:31', '2026-05-13T13:31', '2026-05-11T13:31', '2026-05-12T13:31'],
    ['today', '2026-05-13T00:00', '2026-05-13T13:31', '2026-05-12T00:00', '2026-05-12T13:31'],
    ['yesterday', '2026-05-12T00:00', '2026-05-13T00:00', '2026-05-11T00:00', '2026-05-12T00:00'],
    ['7d', '2026-05-07T00:00', '2026-05-13T13:31', '2026-04-30T00:00', '2026-05-06T13:31'],
    ['30d', '2026-04-14T00:00', '2026-05-13T13:31', '2026-03-15T00:00', '2026-04-13T13:31'],
    ['month', '2026-05-01T00:00', '2026-05-13T13:31', '2026-04-01T00:00', '2026-04-13T13:31'],
    ['last-month', '2026-04-01T00:00', '2026-05-01T00:00', '2026-03-01T00:00', '2026-04-01T00:00'],
    ['year', '2026-01-01T00:00', '2026-05-13T13:31', '2025-01-01T00:00', '2025-05-13T13:31'],
    ['all', '1994-12-31T00:00', '2026-05-13T13:31', '', ''],
  ])('%s is exact, and so is the period before', (range, ...expected) => {
    expect(told(range)).toEqual(expected);
  });

  it('begins where days begin in a zone that is half an hour off', () => {
    expect(told('today', 'Asia/Kolkata')).toEqual([
      '2026-05-12T18:30',
      '2026-05-13T13:31',
      '2026-05-11T18:30',
      '2026-05-12T13:31',
    ]);
  });

  it('has days of 23 hours where clocks are put forward', () => {
    const dates = { from: '2026-03-08', to: '2026-03-08' };
    expect(told('custom', 'America/Los_Angeles', dates)).toEqual([
      '2026-03-08T08:00',
      '2026-03-09T07:00',
      '2026-03-07T08:00',
      '2026-03-08T08:00',
    ]);
  });

  it('compares the 31st of a month with no more than the whole month before', () => {
    const at = Date.UTC(2026, 2, 31, 12);
    expect(told('month', 'UTC', {}, at).slice(2)).toEqual(['2026-02-01T00:00', '2026-03-01T00:00']);
  });

  it('holds both dates of a span from one to the other, and compares it with as many days', () => {
    expect(told('custom', 'UTC', { from: '2015-05-17', to: '2015-05-20' })).toEqual([
      '2015-05-17T00:00',
      '2015-05-21T00:00',
      '2015-05-13T00:00',
      '2015-05-17T00:00',
    ]);
  });
});
