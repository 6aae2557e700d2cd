import { checkEvent, checkItem, type ItemRules } from '@pushtech/event';
import {
  naughtyStrings,
  fixtureNow as now,
  readEvents,
  readItems,
  readRefusedItems,
} from '@pushtech/event/fixtures';
import { eventSchema, itemSchema } from '@pushtech/event/schemas';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyEvent, anyItem } from './arbitraries.ts';

const rulesets: ItemRules[] = [
  { now, imported: false },
  { now, imported: true },
  { now, imported: false, text: true },
];
const schemas = rulesets.map((rules) => ({ rules, schema: itemSchema(rules) }));

const bothReadItem = (sent: unknown): void => {
  for (const { rules, schema } of schemas) {
    const before = JSON.stringify(sent);
    const fast = checkItem(sent, rules);
    const slow = schema.safeParse(sent);
    expect(slow.success, `zod: ${slow.error?.message}; by hand: ${JSON.stringify(fast)}`).toBe(fast.ok);
    if (fast.ok) expect(fast.item).toEqual(slow.data);
    expect(JSON.stringify(sent)).toBe(before);
  }
};

const bothReadEvent = (value: unknown): void => {
  const fast = checkEvent(value);
  const slow = eventSchema.safeParse(value);
  expect(slow.success, `zod: ${slow.error?.message}; by hand: ${JSON.stringify(fast)}`).toBe(fast.ok);
  if (fast.ok) expect(fast.event).toEqual(slow.data);
};

const everyItem = (): unknown[] => [
  ...(['plain', 'unicode', 'large', 'times', 'repeated', 'imported'] as const).flatMap(readItems),
  ...readRefusedItems().map(({ item }) => item),
];

describe('the fast check and the schema agree', () => {
  test('on every item of the fixtures', () => {
    for (const item of everyItem()) bothReadItem(item);
  });

  test('on a naughty string in every field and as every name', () => {
    const fields = [
      ...['type', 'id', 'site', 'url', 'ref', 'title', 'vid', 'sid', 'at', 'sent', 'lat', 'lng'],
      ...['consent', 'ip', 'ua', 'lang', 'properties', 'own'],
    ];
    for (const text of naughtyStrings()) {
      for (const field of fields) bothReadItem({ type: 'naughty', [field]: text });
      bothReadItem(JSON.parse(`{"type":"naughty",${JSON.stringify(text)}:1}`));
    }
  });

  test('on 3,000 generated items, a good part of them sound', () => {
    let sound = 0;
    fc.assert(
      fc.property(anyItem, (item) => {
        bothReadItem(item);
        if (checkItem(item, { now, imported: true }).ok) sound += 1;
      }),
      { numRuns: 3000 },
    );
    expect(sound).toBeGreaterThan(300);
    expect(sound).toBeLessThan(2700);
  });

  test('on 3,000 generated events, a good part of them sound', () => {
    let sound = 0;
    fc.assert(
      fc.property(anyEvent, (event) => {
        bothReadEvent(event);
        if (checkEvent(event).ok) sound += 1;
      }),
      { numRuns: 3000 },
    );
    expect(sound).toBeGreaterThan(300);
    expect(sound).toBeLessThan(2700);
  });

  test('on values that are nothing like an item or an event', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        bothReadItem(value);
        bothReadEvent(value);
      }),
      { numRuns: 1000 },
    );
  });

  test('on every event of the fixtures, and on each with one field spoilt', () => {
    const spoilers = [null, 0, '', 'x', true, [], {}, { name: 1 }, ['x'], [1, 2], -1e9];
    for (const event of [...readEvents('plain'), ...readEvents('unicode')]) {
      bothReadEvent(event);
      for (const place of paths(event)) {
        for (const value of spoilers) bothReadEvent(spoilt(event, place, value));
        bothReadEvent(spoilt(event, place, undefined));
      }
    }
  });
});

const paths = (value: unknown, above: string[] = []): string[][] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, member]) => [
        [...above, name],
        ...paths(member, [...above, name]),
      ]);

const spoilt = (event: object, path: string[], value: unknown): unknown => {
  const copy = structuredClone(event) as Record<string, unknown>;
  let holder = copy;
  for (const name of path.slice(0, -1)) holder = holder[name] as Record<string, unknown>;
  const last = path.at(-1) as string;
  if (value === undefined && Array.isArray(holder)) holder.splice(Number(last), 1);
  else if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
};
