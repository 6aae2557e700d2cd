import { createIdSource, isId, newId } from '@pushtech/event';
import { describe, expect, test } from 'vitest';

const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

describe('newId', () => {
  test('gives a million ids, each above the one before it', () => {
    let last = '';
    let rising = true;
    for (let i = 0; i < 1_000_000; i += 1) {
      const id = newId();
      rising &&= id > last;
      last = id;
    }
    expect(rising).toBe(true);
  });

  test('lays them out as RFC 9562 says: 48 bits of time, version 7, variant 10', () => {
    const at = 0x017f22e279b0;
    const next = createIdSource(() => at);
    for (let i = 0; i < 1000; i += 1) {
      const id = next();
      expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(isId(id)).toBe(true);
    }
  });

  test('still rises when the clock goes back, and follows it again later', () => {
    let at = 2_000_000_000_000;
    const next = createIdSource(() => at);
    const first = next();
    at -= 3_600_000;
    const second = next();
    at += 7_200_000;
    const third = next();
    expect([first, second, third].toSorted()).toEqual([first, second, third]);
    expect(timeOf(third)).toBe(at);
  });

  test('still rises when one millisecond asks for more than its counter holds', () => {
    const at = 2_000_000_000_000;
    const next = createIdSource(() => at);
    const ids = Array.from({ length: 20_000 }, next);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
    expect(timeOf(ids.at(-1) as string) - at).toBeLessThan(10);
  });

  test('two sources that count the same millisecond do not meet', () => {
    const sources = [createIdSource(() => 5), createIdSource(() => 5)];
    const ids = sources.flatMap((next) => Array.from({ length: 10_000 }, next));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each([
    '',
    'x',
    '00000000-0000-0000-0000-000000000000',
    '0197724c1c0070008000000000000001',
    7,
    null,
    {},
  ])('takes no %s for an id', (value) => expect(isId(value)).toBe(false));
});
