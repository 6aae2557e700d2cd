import { fileURLToPath } from 'node:url';
import { createDevices } from '@pushtech/device';
import type { Event, Hit, Item } from '@pushtech/event';
import { openPlaces } from '@pushtech/place';
import type { Site } from '@pushtech/store';
import { compileSiteRule } from '../src/compile-site-rule.ts';
import { loadReferrerLists } from '../src/referrer-lists.ts';
import { type Outcome, runSteps } from '../src/run-steps.ts';
import { createSteps } from '../src/steps/index.ts';

export const CITY_DATABASE = fileURLToPath(
  new URL('../../packages/place/test/fixtures/GeoLite2-City-Test.mmdb', import.meta.url),
);
export const RECEIVED_AT = Date.UTC(2026, 4, 17, 10, 5, 0, 123);
export const ID = '0190a5b0-0000-7000-8000-000000000001';
export const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36';

export const placeDatabase = await openPlaces({ cityPath: CITY_DATABASE, warn: () => {} });
const deps = {
  places: placeDatabase,
  devices: createDevices(),
  referrers: loadReferrerLists(),
  secretKey: 'a secret key of at least 32 characters',
};

/** @param owned the rules of owners, by site */
export const steps = (sites: string[] = [], owned: Record<string, Partial<Site>> = {}) => {
  const rules = new Map(Object.entries(owned).map(([id, site]) => [id, compileSiteRule(site)]));
  return createSteps({ ...deps, sites, rules: { of: (site) => rules.get(site ?? '') } });
};

const base = { id: ID, type: 'pageview', receivedAt: RECEIVED_AT, ip: '81.2.69.142', ua: CHROME } as const;

/** A hit of the pixel; `query` as it stood in the request. */
export const pixel = (query: string, more: Partial<Hit> = {}): Hit => ({
  ...base,
  via: 'pixel',
  query,
  ...more,
});

/** A hit of `POST /t`. */
export const posted = (item: Partial<Item>, more: Partial<Hit> = {}): Hit => ({
  ...base,
  via: 'post',
  item: { type: 'pageview', properties: {}, ...item },
  ...more,
});

/** A hit sent with the scope `import`. */
export const imported = (item: Partial<Item>, more: Partial<Hit> = {}): Hit =>
  posted(item, { via: 'import', ...more });

/** Takes a hit, or a raw line, through all steps. */
export const enrich = (hit: Hit | string, sites: string[] = []): Outcome =>
  runSteps(steps(sites), typeof hit === 'string' ? hit : JSON.stringify(hit));

/** The event a hit becomes, as a reader of the log sees it. Throws when it becomes none. */
export const eventOf = (hit: Hit, sites: string[] = []): Event => {
  const { draft, verdict } = enrich(hit, sites);
  if (verdict) throw new Error(`${verdict.kind}: ${verdict.reason} (${verdict.message})`);
  return JSON.parse(JSON.stringify(draft.event)) as Event;
};
