import { createIdSource, type Event } from '@pushtech/event';
import { seeded } from '@pushtech/testing/seeded';
import type { StatsRecord } from '../src/stats.ts';

const words = 'news sport shop about help search blog music video photo travel food'.split(' ');
const browsers = ['Chrome', 'Mobile Safari', 'Firefox', 'Edge', 'Samsung Internet'];
const systems = ['Windows', 'iOS', 'Android', 'macOS', 'Linux'];
const kinds = ['desktop', 'mobile', 'tablet'];
const mediums = ['search', 'social', 'link', 'internal', 'ai'];
const types = ['pageview', 'pageview', 'pageview', 'click', 'heartbeat', 'offer.view'];

export interface GenerateOptions {
  seed?: number;
  /** Events happen in this span, epoch ms. */
  from: number;
  to: number;
  receivedAt?: number;
  people?: number;
}

/** Events as websites send them: skewed, with holes, bots, and people who come back. */
export const generateEvents = (
  n: number,
  { seed = 1, from, to, receivedAt, people = n / 4 }: GenerateOptions,
): Event[] => {
  const random = seeded(seed);
  const skewed = (max: number) => Math.floor(max * random() ** 3);
  const pick = <T>(list: readonly T[]): T => list[skewed(list.length)] as T;
  const nextId = createIdSource(() => from);
  return Array.from({ length: n }, (_, i) => {
    const at = from + Math.floor((random() * 0.2 + (i / n) * 0.8) * (to - from));
    const person = skewed(people);
    const host = `site${person % 3}.example`;
    const path = `/${pick(words)}/${skewed(400)}`;
    const medium = pick(mediums);
    const event: Event = {
      v: 1,
      id: nextId(),
      type: pick(types),
      receivedAt: new Date(receivedAt ?? at).toISOString(),
      occurredAt: new Date(at).toISOString(),
      via: 'pixel',
      properties: { status: pick([200, 200, 404, 500]), method: pick(['GET', 'POST']), deep: { a: [1] } },
    };
    if (random() > 0.05) event.site = host;
    if (random() > 0.1) event.visitor = `visitor-${person}`;
    if (random() > 0.05) event.page = { url: `https://${host}${path}`, host, path };
    if (random() > 0.4) {
      const from = medium === 'internal' ? host : `www.from${skewed(60)}.example`;
      event.referrer = { url: `https://${from}/`, host: from, medium };
      if (medium === 'search') event.referrer.source = pick(['Google', 'Bing', 'DuckDuckGo']);
    }
    if (random() > 0.8)
      event.campaign = { source: pick(['mail', 'ads']), medium: 'cpc', name: `spring ${skewed(9)}` };
    if (random() > 0.1) {
      const country = 'US GB DE FR IN BR JP NL PL SE'.split(' ')[person % 10] as string;
      event.place = {
        country,
        region: `${country} region ${person % 30}`,
        city: `city ${person % 700}`,
        accuracy: 'ip',
      };
    }
    event.device = {
      kind: kinds[person % 3] as string,
      os: { name: systems[person % 5] as string },
      browser: { name: browsers[person % 5] as string },
    };
    if (random() > 0.85) event.bot = { reasons: ['agent'] };
    return event;
  });
};

export const asRecords = (events: readonly Event[], batch = 'b'): StatsRecord[] =>
  events.map((event, i) => ({ kind: 'event', event, origin: `${batch}/${i}` }));
