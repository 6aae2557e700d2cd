import { limits } from '@pushtech/event';
import { naughtyStrings, fixtureNow as now } from '@pushtech/event/fixtures';
import fc from 'fast-check';

const naughty = fc.constantFrom(...naughtyStrings());

/** Strings right at a limit of so many bytes, made of characters of 1, 2, 3 and 4 bytes. */
const around = (bytes: number) =>
  fc
    .tuple(fc.constantFrom('a', 'é', '€', '😀'), fc.integer({ min: -2, max: 2 }))
    .map(([unit, off]) => unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)) + off));

const text = (bytes: number) =>
  fc.oneof(
    { weight: 30, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
    { weight: 2, arbitrary: naughty },
    { weight: 1, arbitrary: around(bytes) },
  );

const odd = fc.constantFrom<unknown>(
  null,
  undefined,
  true,
  0,
  -1,
  1.5,
  '',
  [],
  {},
  Number.NaN,
  Infinity,
  '0',
  [1],
);

/** Mostly what belongs there. */
const mostly = (arbitrary: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 90, arbitrary }, { weight: 1, arbitrary: odd });

const time = fc.oneof(
  fc.integer({ min: now - limits.behindMs - 5, max: now - limits.behindMs + 50_000_000 }),
  fc
    .date({ min: new Date(now - limits.behindMs + 1), max: new Date(now), noInvalidDate: true })
    .map((d) => d.toISOString()),
  fc
    .date({ min: new Date(now - limits.behindMs), max: new Date(now), noInvalidDate: true })
    .map((d) => d.toISOString().slice(0, 10)),
  fc.integer({ min: now + limits.aheadMs - 2, max: now + limits.aheadMs + 2 }).map(String),
  fc.constant(now),
);

const name = fc.oneof(
  { weight: 90, arbitrary: fc.string({ minLength: 1, maxLength: 12 }) },
  { weight: 2, arbitrary: fc.constantFrom('toString', 'valueOf', 'hasOwnProperty', 'length', '0', 'then') },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'prototype', '') },
  { weight: 1, arbitrary: fc.integer({ min: 63, max: 66 }).map((n) => 'n'.repeat(n)) },
);

/** Built the way JSON.parse does, so that `__proto__` is a member like any other. */
const object = (member: fc.Arbitrary<unknown>, maxLength = 4) =>
  fc.array(fc.tuple(name, member), { maxLength }).map((entries) => Object.fromEntries(entries));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      text(limits.valueBytes),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    object(tie('value'), 3),
    fc.integer({ min: 63, max: 65 }).map((n) => Array(n).fill(0)),
  ),
}));

const properties = fc.oneof(
  { weight: 10, arbitrary: object(value) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 62, max: 66 })
      .map((n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`p${i}`, i]))),
  },
);

const uuid = fc.oneof(
  fc.uuid(),
  fc.uuid().map((id) => id.toUpperCase()),
);
const type = fc.stringMatching(/^[\w.:-]{1,64}$/);
const site = fc.oneof(fc.constantFrom('a.example', 'x'.repeat(253), 'x'.repeat(254), ''), fc.domain());

const reserved = fc.record(
  {
    type: mostly(type),
    id: mostly(uuid),
    site: mostly(site),
    url: mostly(text(limits.urlBytes)),
    ref: mostly(text(limits.urlBytes)),
    title: mostly(text(limits.valueBytes)),
    vid: mostly(text(limits.labelBytes)),
    sid: mostly(text(limits.labelBytes)),
    at: mostly(time),
    sent: mostly(time),
    consent: mostly(fc.constantFrom<unknown>(0, 1, '0', '1', true, false, 'true', 'false')),
    ip: mostly(fc.oneof(fc.ipV4(), fc.ipV6())),
    ua: mostly(text(limits.userAgentBytes)),
    lang: mostly(text(limits.labelBytes)),
    properties: mostly(properties),
  },
  { requiredKeys: ['type'] },
);

const pair = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  {
    weight: 5,
    arbitrary: fc.record({
      lat: fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom('52.1', '-90', 90, '')),
      lng: fc.oneof(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.constantFrom('4.9', '+180', -180, ''),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ lat: mostly(fc.double()), lng: mostly(fc.double()) }, { requiredKeys: [] }),
  },
);

/** Items: mostly sound ones, and everything around the edges. */
export const anyItem = fc
  .tuple(reserved, pair, properties)
  .map(
    ([named, where, own]) => Object.assign(Object.fromEntries(Object.entries(own)), named, where) as object,
  );

const optional = (shape: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[]) =>
  fc.record(shape, { requiredKeys: requiredKeys as never[] });

const words = mostly(fc.string({ maxLength: 20 }));
const instant = mostly(
  fc.oneof(
    fc.date({ min: new Date(0), max: new Date(now), noInvalidDate: true }).map((d) => d.toISOString()),
    fc.constantFrom('2026-06-15T12:00:00Z', '2026-06-31T12:00:00.000Z', '+012026-06-15T12:00:00.000Z'),
  ),
);
const named = mostly(optional({ name: words, version: words }, ['name']));
const degrees = (bound: number) => mostly(fc.double({ min: -bound - 1e-9, max: bound + 1e-9, noNaN: true }));

/** Records of topic `events`, mostly sound. */
export const anyEvent = optional(
  {
    v: fc.oneof(
      { weight: 40, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.constantFrom(0, 2, 1.5, '1', null) },
    ),
    id: mostly(uuid),
    type: mostly(type),
    site: mostly(fc.domain()),
    receivedAt: instant,
    occurredAt: instant,
    via: mostly(fc.constantFrom('pixel', 'post', 'redirect', 'import')),
    visitor: words,
    session: words,
    page: mostly(optional({ url: words, host: words, path: words, title: words }, ['url', 'host', 'path'])),
    referrer: mostly(
      optional({ url: words, host: words, medium: words, source: words, term: words }, [
        'url',
        'host',
        'medium',
      ]),
    ),
    campaign: mostly(
      optional(
        { source: words, medium: words, name: words, term: words, content: words, clickId: words },
        [],
      ),
    ),
    place: mostly(
      optional(
        {
          country: words,
          region: words,
          city: words,
          location: mostly(
            fc.record({
              type: mostly(fc.constant('Point')),
              coordinates: fc.tuple(degrees(180), degrees(90)),
            }),
          ),
          accuracy: mostly(fc.constantFrom('gps', 'ip')),
        },
        ['accuracy'],
      ),
    ),
    device: mostly(optional({ kind: words, vendor: words, model: words, os: named, browser: named }, [])),
    bot: mostly(fc.record({ reasons: mostly(fc.array(words, { maxLength: 2 })) })),
    ip: mostly(fc.ipV4()),
    anonymous: mostly(fc.constant(true)),
    run: words,
    properties: mostly(properties),
    notKnownYet: value,
  },
  ['v', 'id', 'type', 'receivedAt', 'occurredAt', 'via', 'properties'],
);
