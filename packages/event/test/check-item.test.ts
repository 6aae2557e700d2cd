import { checkItem, limits } from '@pushtech/event';
import { naughtyStrings, fixtureNow as now, readItems, readRefusedItems } from '@pushtech/event/fixtures';
import { itemSchema } from '@pushtech/event/schemas';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const read = (sent: unknown, imported = false, text = false) => checkItem(sent, { now, imported, text });
const readSound = (sent: unknown, imported = false) => {
  const result = read(sent, imported);
  if (!result.ok) throw new Error(`${JSON.stringify(sent)}: ${result.message}`);
  return result.item;
};

describe('checkItem', () => {
  test.each(['plain', 'unicode', 'large', 'times', 'repeated'] as const)(
    'takes every item of %s',
    (scenario) => {
      for (const item of readItems(scenario)) expect(readSound(item).type).toBe(item.type);
    },
  );

  test('takes address, agent, language and old times with the scope import only', () => {
    const [first, , third] = readItems('imported').map((item) => readSound(item, true));
    expect(first).toMatchObject({ ip: '81.2.69.142', at: Date.UTC(2015, 4, 17, 10, 5, 3) });
    expect(third).not.toHaveProperty('ua');
    for (const item of readItems('imported'))
      expect(read(item)).toMatchObject({ ok: false, error: 'forbidden' });
  });

  test.each(readRefusedItems())('refuses $item.type ($error) naming "$field"', ({ item, error, field }) => {
    expect(read(item)).toMatchObject({ ok: false, error, field });
    expect(itemSchema({ now, imported: false }).safeParse(item).success).toBe(false);
  });

  test('sets reserved names apart; what is inside properties counts before what is beside', () => {
    const item = readSound({ type: 't', url: 'u', a: 1, b: 2, properties: { b: 3, url: 'own' } });
    expect(item).toEqual({ type: 't', url: 'u', properties: { a: 1, b: 3, url: 'own' } });
    expect(Object.getPrototypeOf(item.properties)).toBeNull();
  });

  test('leaves out what is empty or undefined', () => {
    expect(readSound({ type: 't', site: '', url: '', vid: '', at: '', x: undefined })).toEqual({
      type: 't',
      properties: {},
    });
  });

  test('writes ids in small letters, so that one id has one spelling', () => {
    const ids = new Set(readItems('repeated').map((item) => readSound(item).id));
    expect(ids.size).toBe(3);
  });

  test('reads numbers and consent from the text of a query string', () => {
    const sent = {
      type: 't',
      lat: '52.5',
      lng: '-4',
      at: String(now),
      consent: '0',
      ip: '1.2.3.4',
      properties: 'x',
    };
    expect(read(sent, false, true)).toEqual({
      ok: true,
      item: {
        type: 't',
        lat: 52.5,
        lng: -4,
        at: now,
        consent: false,
        properties: { ip: '1.2.3.4', properties: 'x' },
      },
    });
  });

  test('sets a wrong clock right by what it shows at sending', () => {
    expect(readSound({ type: 't', at: 1000, sent: 6000 }).at).toBe(now - 5000);
    expect(readSound({ type: 't', at: 4e12, sent: 4e12 + 1 }).at).toBe(now - 1);
  });

  test('takes a time without a zone as UTC, whatever the zone of the machine', () => {
    expect(readSound({ type: 't', at: '2026-06-15T11:30' }).at).toBe(Date.UTC(2026, 5, 15, 11, 30));
    expect(readSound({ type: 't', at: '2026-06-15T11:30+02:00' }).at).toBe(Date.UTC(2026, 5, 15, 9, 30));
  });

  test('keeps every naughty string as it is, as value and as name', () => {
    for (const text of naughtyStrings()) {
      expect(readSound({ type: 't', text }).properties.text).toBe(text);
      const named = read({ type: 't', properties: { [text]: 1 } });
      const allowed = text !== '' && text.length <= limits.keyLength;
      expect(named.ok, text).toBe(allowed);
    }
  });

  test('survives names that are methods of every object', () => {
    const names = [
      'toString',
      'valueOf',
      'hasOwnProperty',
      'isPrototypeOf',
      '__defineGetter__',
      'then',
      'toJSON',
      'length',
    ];
    const sent = { type: 't', ...Object.fromEntries(names.map((name) => [name, 'x'])) };
    expect(Object.keys(readSound(sent).properties)).toEqual(names);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(read(JSON.parse('{"type":"t","__proto__":{"polluted":1}}'))).toMatchObject({
      error: 'name_forbidden',
    });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('refuses what is nested 100,000 deep without falling over', () => {
    let deep: unknown = 'leaf';
    for (let level = 0; level < 100_000; level += 1) deep = level % 2 ? [deep] : { a: deep };
    expect(read({ type: 't', deep })).toMatchObject({ error: 'too_deep', field: 'deep' });
    expect(itemSchema({ now, imported: false }).safeParse({ type: 't', deep }).success).toBe(false);
  });

  test('shows itself as a JSON schema with a description for every reserved name', () => {
    const schema = z.toJSONSchema(itemSchema({ now, imported: true }), { io: 'input' });
    const properties = schema.properties as Record<string, { description?: string }>;
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining(['type', 'id', 'at', 'lat', 'ip', 'properties']),
    );
    for (const [name, property] of Object.entries(properties))
      expect(property.description, name).toBeTruthy();
  });
});
