import { checkEvent } from '@pushtech/event';
import { readEvents } from '@pushtech/event/fixtures';
import {
  deadLetterSchema,
  dropRecordSchema,
  eventSchema,
  receivedRecordSchema,
} from '@pushtech/event/schemas';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const [plain] = readEvents('plain');

describe('checkEvent', () => {
  test('takes the records of the fixtures as they are, unknown fields too', () => {
    for (const event of [...readEvents('plain'), ...readEvents('unicode')]) {
      const result = checkEvent(event);
      expect(result).toEqual({ ok: true, event });
      expect(result.ok && result.event).toBe(event);
    }
  });

  test('tells a newer version from a broken record', () => {
    expect(checkEvent({ ...plain, v: 2 })).toMatchObject({ ok: false, reason: 'version', field: 'v' });
    expect(checkEvent({ v: 3, all: 'else', is: 'different' })).toMatchObject({ reason: 'version' });
    for (const v of [0, -1, '1', '2', null, undefined, [2]]) {
      expect(checkEvent({ ...plain, v })).toMatchObject({ ok: false, reason: 'invalid', field: 'v' });
    }
  });

  test.each([
    ['id', { id: 'x' }],
    ['type', { type: 'a b' }],
    ['site', { site: '' }],
    ['receivedAt', { receivedAt: '2026-06-15' }],
    ['occurredAt', { occurredAt: '2026-13-15T12:00:00.000Z' }],
    ['via', { via: 'mail' }],
    ['anonymous', { anonymous: false }],
    ['page.path', { page: { url: '', host: '' } }],
    ['referrer.medium', { referrer: { url: '', host: '' } }],
    ['campaign.clickId', { campaign: { clickId: 1 } }],
    ['place.accuracy', { place: {} }],
    ['place.location', { place: { accuracy: 'ip', location: { type: 'Point', coordinates: [181, 0] } } }],
    ['device.os', { device: { os: 'Linux' } }],
    ['bot', { bot: { reasons: 'Googlebot' } }],
    ['properties', { properties: null }],
    ['properties', { properties: JSON.parse('{"a":{"__proto__":1}}') }],
  ])('names the field that is wrong: %s', (field, wrong) => {
    const result = checkEvent({ ...plain, ...wrong });
    expect(result).toMatchObject({ ok: false, reason: 'invalid' });
    expect(result.ok || result.field.startsWith(field.split('.')[0] as string)).toBeTruthy();
    if (!field.startsWith('properties')) expect(result).toMatchObject({ field });
  });

  test('takes no instant that Date.parse cannot read', () => {
    for (let month = 0; month < 20; month += 1) {
      for (let day = 0; day < 40; day += 1) {
        const two = (n: number) => String(n).padStart(2, '0');
        const occurredAt = `2026-${two(month)}-${two(day)}T${two(day)}:${two(month * 5)}:00.000Z`;
        const taken = checkEvent({ ...plain, occurredAt }).ok;
        expect(taken, occurredAt).toBe(!Number.isNaN(Date.parse(occurredAt)) && day < 24);
      }
    }
  });
});

describe('the schemas of the log', () => {
  const at = '2026-06-15T12:00:00.000Z';
  const dead = {
    at,
    reason: 'parse',
    step: 'parse',
    message: 'no JSON',
    original: '{',
    encoding: 'utf8',
    position: '7/0',
  };
  const dropped = { at, reason: 'site', step: 'visitor', n: 3 };
  const received = { batch: 'b', tallies: [{ minute: 0, n: 2, run: 'r' }] };

  test('take what the pipeline writes and refuse what is not so', () => {
    expect(deadLetterSchema.parse(dead)).toEqual(dead);
    expect(deadLetterSchema.safeParse({ ...dead, encoding: 'hex' }).success).toBe(false);
    expect(dropRecordSchema.parse(dropped)).toEqual(dropped);
    expect(dropRecordSchema.safeParse({ ...dropped, n: 0 }).success).toBe(false);
    expect(receivedRecordSchema.parse(received)).toEqual(received);
    expect(receivedRecordSchema.safeParse({ ...received, tallies: {} }).success).toBe(false);
  });

  test('show themselves as JSON schemas with descriptions', () => {
    for (const schema of [eventSchema, deadLetterSchema, dropRecordSchema, receivedRecordSchema]) {
      const shown = z.toJSONSchema(schema, { io: 'input' });
      expect(shown.description).toMatch(/^One record of topic/);
      for (const [name, property] of Object.entries(shown.properties ?? {})) {
        expect((property as { description?: string }).description, name).toBeTruthy();
      }
    }
  });
});
