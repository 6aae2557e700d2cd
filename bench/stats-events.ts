import { type Event, newId } from '@pushtech/event';

export type LoadName = 'shop' | 'varied';

const systems = ['Windows', 'iOS', 'Android', 'macOS', 'Linux'];
const browsers = ['Chrome', 'Mobile Safari', 'Firefox', 'Edge', 'Samsung Internet'];
const kinds = ['desktop', 'mobile', 'tablet'];
const countries = ['US', 'GB', 'DE', 'FR', 'IN', 'BR', 'JP', 'NL', 'PL', 'SE'];
const sources = ['Google', 'Bing', undefined, undefined];

const of = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

/**
 * Events that come one after the other in real time: `shop` as in `bench/ratios.ts` (one site, 500 pages, 5,000 visitors),
 * `varied` with 30 sites, thousands of pages and cities, bots, campaigns.
 */
export const createLoad = (name: LoadName): ((n: number) => Event[]) => {
  const varied = name === 'varied';
  let at = Date.now();
  let count = 0;

  const event = (): Event => {
    count += 1;
    at += 1;
    const person = Math.floor((varied ? 50_000 : 5000) * Math.random() ** 2);
    const now = new Date(at).toISOString();
    const host = varied ? `site${person % 30}.example` : 'shop.example';
    const path = varied
      ? `/page/${Math.floor(20_000 * Math.random() ** 3)}`
      : `/products/${(count * 31) % 500}`;
    const country = of(countries, person);
    const source = varied ? of(sources, count) : 'Google';
    return {
      v: 1,
      id: newId(),
      type: varied && count % 7 === 0 ? 'click' : 'pageview',
      site: host,
      receivedAt: now,
      occurredAt: now,
      via: 'pixel',
      visitor: `visitor-${person}`,
      page: { url: `https://${host}${path}`, host, path },
      referrer: source
        ? { url: 'https://www.google.com/', host: 'www.google.com', medium: 'search', source }
        : { url: 'https://x.example/', host: `from${count % 60}.example`, medium: 'link' },
      ...(varied &&
        count % 5 === 0 && { campaign: { source: 'mail', medium: 'cpc', name: `spring ${count % 9}` } }),
      place: { country, region: `${country} ${person % 30}`, city: `city ${person % 700}`, accuracy: 'ip' },
      device: {
        kind: of(kinds, person),
        os: { name: of(systems, person) },
        browser: { name: of(browsers, person) },
      },
      ...(varied && count % 12 === 0 && { bot: { reasons: ['agent'] } }),
      properties: { plan: 'pro', price: 12.5, items: 3 },
    };
  };
  return (n) => Array.from({ length: n }, event);
};
