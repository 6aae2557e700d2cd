import { describe, expect, it } from 'vitest';
import { enrich, eventOf, imported, pixel, posted, RECEIVED_AT } from '../through.ts';

describe('validate', () => {
  it.each([
    ['price=9.90&name=A+nice%20hat', { price: '9.90', name: 'A nice hat' }],
    ['q=caf%C3%A9', { q: 'café' }],
    ['q=cafÃ©', { q: 'café' }],
    ['q=100%', { q: '100%' }],
    ['q=%E9t%C3%A9', { q: '%E9té' }],
    ['q=1&q=2', { q: '1' }],
    ['a[b]=1', { 'a[b]': '1' }],
    ['flag', { flag: '' }],
    ['type=shoe', { type: 'shoe' }],
    ['', {}],
  ])('reads the properties of the query %s', (query, properties) => {
    const event = eventOf(pixel(query));
    expect(event.properties).toEqual(properties);
    expect(event.type).toBe('pageview');
  });

  it('keeps the properties of a POST as they are', () => {
    const properties = { n: 1, list: [1, 'two', null], deep: { a: { b: true } } };
    expect(eventOf(posted({ properties })).properties).toEqual(properties);
  });

  it.each([
    ['__proto__=1', 'name_forbidden', '__proto__'],
    [Array.from({ length: 65 }, (_, i) => `p${i}=1`).join('&'), 'too_many', ''],
    [`long=${'x'.repeat(1025)}`, 'value_too_long', 'long'],
    ['lat=48', 'value_invalid', 'lng'],
    ['lat=91&lng=0', 'value_invalid', 'lat'],
    ['at=2020-01-01', 'at_out_of_range', 'at'],
    ['id=7', 'id_invalid', 'id'],
  ])('makes a hit with %.20s a dead letter that names the field: %s', (query, reason, field) => {
    const { verdict, step } = enrich(pixel(query));
    expect({ step, kind: verdict?.kind, reason: verdict?.reason, field: verdict?.field || '' }).toEqual({
      step: 'validate',
      kind: 'dead',
      reason,
      field,
    });
  });

  it('sets the time right by the clock of the sender', () => {
    const sent = RECEIVED_AT + 3_600_000;
    expect(eventOf(pixel(`at=${sent - 5000}&sent=${sent}`)).occurredAt).toBe('2026-05-17T10:04:55.123Z');
  });

  it("takes an import's own address, agent and time, never the importer's", () => {
    const event = eventOf(imported({ ip: '2001:218::1', at: Date.UTC(2015, 4, 17), url: 'https://a.test/' }));
    expect(event).toMatchObject({ occurredAt: '2015-05-17T00:00:00.000Z', place: { country: 'JP' } });
    expect(event.device).toBeUndefined();
    expect(eventOf(imported({})).ip).toBeUndefined();
  });

  it('refuses the same names without the scope', () => {
    expect(enrich(posted({ ip: '81.2.69.142' })).verdict).toMatchObject({
      kind: 'dead',
      reason: 'forbidden',
      field: 'ip',
    });
  });
});
