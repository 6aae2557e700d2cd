import { describe, expect, it } from 'vitest';
import { boundaries } from '../src/zones.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const days = (tz: string, from: string, to: string) =>
  boundaries(at(from), at(to), 'day', tz).map((start) => new Date(start).toISOString().slice(0, 16));

describe('boundaries', () => {
  it('begin a day at the first moment it has, where midnight is skipped', () => {
    expect(days('Asia/Beirut', '2026-03-28T12:00', '2026-03-29T12:00')).toEqual([
      '2026-03-27T22:00',
      '2026-03-28T22:00',
      '2026-03-29T21:00',
    ]);
  });

  it('begin a day at the first midnight, where there are two', () => {
    expect(days('America/Havana', '2025-11-02T12:00', '2025-11-02T13:00')).toEqual([
      '2025-11-02T04:00',
      '2025-11-03T05:00',
    ]);
  });

  it('know a day that was left out', () => {
    const apia = days('Pacific/Apia', '2011-12-29T12:00', '2012-01-01T00:00');
    expect(apia).toEqual([...new Set(apia)].sort());
    expect(apia).toContain('2011-12-30T10:00');
  });

  it('cover the span without holes in every zone and interval', () => {
    for (const tz of [
      'UTC',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Pacific/Apia',
      'Africa/Casablanca',
    ]) {
      for (const interval of ['minute', 'hour', 'day'] as const) {
        const length = { minute: 3, hour: 200, day: 400 }[interval];
        const step = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[interval];
        const from = at('2026-03-20T10:20:30');
        const list = boundaries(from, from + length * step, interval, tz);
        expect(list[0]).toBeLessThanOrEqual(from);
        expect(list.at(-1)).toBeGreaterThanOrEqual(from + length * step);
        expect(list.at(-2)).toBeLessThan(from + length * step);
        for (let i = 1; i < list.length; i++) {
          const gap = (list[i] as number) - (list[i - 1] as number);
          expect(gap).toBeGreaterThan(0);
          expect(gap).toBeLessThanOrEqual(step * 1.5);
        }
      }
    }
  });

  it('refuse more than 10,000 points', () => {
    expect(() => boundaries(0, 10_001 * 60_000, 'minute')).toThrow(
      expect.objectContaining({ code: 'STATS_TOO_MANY_POINTS' }),
    );
    expect(boundaries(0, 10_000 * 60_000, 'minute')).toHaveLength(10_001);
  });
});
