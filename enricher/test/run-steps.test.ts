import { readFileSync } from 'node:fs';
import { checkEvent, type Hit } from '@pushtech/event';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskLine } from '../src/dead-letter.ts';
import { enrich, ID, imported, pixel, posted, RECEIVED_AT, steps } from './through.ts';

const naughty = JSON.parse(
  readFileSync(new URL('../../packages/event/fixtures/blns.json', import.meta.url), 'utf8'),
) as string[];

/** An event that every reader of the log accepts, or a verdict that is no crash. */
const expectSound = (hit: Hit): void => {
  const { draft, verdict } = enrich(hit);
  if (verdict) expect(verdict).not.toMatchObject({ reason: 'crash' });
  else expect(checkEvent(JSON.parse(JSON.stringify(draft.event)))).toMatchObject({ ok: true });
};

describe('the steps', () => {
  it('run in their published order', () => {
    expect(steps().map(({ name }) => name)).toEqual([
      'parse',
      'validate',
      'page',
      'referrer',
      'campaign',
      'device',
      'bot',
      'place',
      'visitor',
      'erased',
      'rules',
      'privacy',
    ]);
  });

  it('make a sound event, or a dead letter with a reason, of naughty strings in every field', () => {
    for (const text of naughty) {
      const value = encodeURIComponent(text.toWellFormed());
      for (const name of [
        'url',
        'ref',
        'title',
        'vid',
        'sid',
        'site',
        'at',
        'lat',
        'consent',
        'any',
        value,
      ]) {
        expectSound(pixel(`${name}=${value}`));
      }
      expectSound(pixel(text, { ua: text, referer: text, ip: text, lang: text }));
      expectSound(imported({ url: text, ref: text, ua: text, ip: text, site: text, type: 'request' }));
      expectSound(posted({ url: `https://${text}`, ref: `https://${text}`, properties: { text } }));
      expectSound(
        posted({}, { hints: { brands: text, model: text, platform: text, platformVersion: text } }),
      );
    }
  });

  it('never crash on any JSON that calls itself a hit', () => {
    const facts = fc.record(
      {
        via: fc.constantFrom('pixel', 'post', 'redirect', 'import'),
        query: fc.oneof(fc.string(), fc.jsonValue()),
        item: fc.oneof(
          fc.jsonValue(),
          fc.record({
            type: fc.constant('a'),
            properties: fc.jsonValue(),
            url: fc.webUrl(),
            ref: fc.webUrl(),
          }),
        ),
        ip: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()),
        ua: fc.string(),
        referer: fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string()),
      },
      { requiredKeys: ['via'] },
    );
    fc.assert(
      fc.property(facts, (more) =>
        expectSound({ id: ID, type: 'pageview', receivedAt: RECEIVED_AT, ...more } as Hit),
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['{"ip":"81.2.69.142"}', '{"ip":"81.2.69.0"}'],
    ['{"ip": "2001:db8:1:2::3", "item":{"ip":"::1"}}', '{"ip": "2001:db8:1::", "item":{"ip":"::"}}'],
    ['{"ip":"nonsense"}', '{"ip":"***"}'],
    ['"zip":"81.2.69.142"', '"zip":"81.2.69.142"'],
  ])('mask the address in the line %s of a dead letter', (line, masked) => {
    expect(maskLine(line)).toBe(masked);
  });
});
