import type { DropRecord, Hit } from '@pushtech/event';
import { chance, hash32, idOf } from './random.ts';
import type { Visits } from './visits.ts';

/** The label everything of the example carries. */
export const EXAMPLE_SITE = 'example';
const HOST = 'https://www.example.org';
export const EXAMPLE_DAYS = 30;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** The log's own site, whose pages the example's visitors come from when they go from page to page. */
const OWN_PAGES = /^https?:\/\/(www\.)?semicomplete\.com/i;
const DOWNLOAD = /\.(jar|pdf|exe|gz|zip|sh|py|conf|log|tex)$/i;
const BOT = /bot|crawl|spider|slurp|feed|fetch|monitor|curl|wget|python|java\//i;

const campaigns = [
  'utm_source=newsletter&utm_medium=email&utm_campaign=spring-release',
  'utm_source=google-ads&utm_medium=cpc&utm_campaign=brand',
  'utm_source=mastodon&utm_medium=social&utm_campaign=launch-week',
];
const plans = ['free', 'free', 'free', 'team', 'business'];
const elsewhere = ['https://github.com/example', 'https://docs.example.net/', 'https://www.example.com/shop'];

/** What one minute of a buffer entry holds. */
export interface Story {
  hits: Hit[];
  dropped: DropRecord[];
}

interface Teller {
  hits: Hit[];
  dropped: DropRecord[];
  /** By client: where this day's visit came from. */
  landings: Map<number, { query: string; ref: string | undefined }>;
  seed: string;
  visits: Visits;
}

const pick = <T>(list: readonly T[], text: string): T => list[hash32(text) % list.length] as T;

/** A website that grows a little, and is quieter at weekends. */
const share = (day: number, at: number): number => {
  const weekday = new Date(at).getUTCDay();
  return (0.45 + 0.5 * (day / EXAMPLE_DAYS)) * (weekday === 0 || weekday === 6 ? 0.62 : 1);
};

const send = (
  teller: Teller,
  at: number,
  client: number,
  key: string,
  item: Omit<NonNullable<Hit['item']>, 'properties'> & { properties?: object },
) => {
  const [ip, agent] = teller.visits.clients[client] as [string, number];
  const ua = teller.visits.agents[agent] as string;
  const hit: Hit = {
    ...{ id: idOf(`${teller.seed}${key}`, at), type: item.type, receivedAt: at, via: 'post', ip },
    ...(ua !== '-' && { ua }),
    item: { site: EXAMPLE_SITE, properties: {}, ...item } as NonNullable<Hit['item']>,
  };
  teller.hits.push(hit);
  return hit;
};

/** Some of those who come from nowhere or from elsewhere follow a link of a campaign. */
const landingOf = (key: string, ua: string, ref: string | undefined) => {
  const own = ref !== undefined && OWN_PAGES.test(ref);
  const led = !own && !BOT.test(ua) && chance(`campaign${key}`) < 0.14;
  return { query: led ? `?${pick(campaigns, key)}` : '', ref };
};

const ownPage = (ref: string | undefined): string | undefined => ref?.replace(OWN_PAGES, HOST);

/** Goals are reached by people, more often by those whom a campaign brought. */
const goOn = (
  teller: Teller,
  at: number,
  client: number,
  key: string,
  url: string,
  ref: string | undefined,
): void => {
  const led = url.includes('utm_');
  const on = { url, ...(ref !== undefined && { ref }) };
  if (chance(`signup${key}`) < (led ? 0.16 : 0.035)) {
    send(teller, at + 2 * MINUTE, client, `signup${key}`, {
      type: 'signup',
      ...on,
      properties: { plan: pick(plans, key) },
    });
  }
  if (chance(`outbound${key}`) < 0.05) {
    send(teller, at + MINUTE, client, `outbound${key}`, {
      type: 'outbound',
      ...on,
      properties: { to: pick(elsewhere, key) },
    });
  }
};

/** What goes wrong now and then, so that the books show something too. */
const goWrong = (teller: Teller, hit: Hit, key: string): void => {
  const { receivedAt: at, item } = hit;
  if (chance(`twice${key}`) < 0.004) teller.hits.push({ ...hit });
  if (item && chance(`dead${key}`) < 0.003) {
    teller.hits.push({ ...hit, id: idOf(`dead${key}`, at), item: { ...item, lat: 1000, lng: 1000 } });
  }
  if (chance(`dropped${key}`) < 0.006) {
    const reason = chance(`reason${key}`) < 0.6 ? 'address' : 'path';
    teller.dropped.push({
      at: new Date(at).toISOString(),
      reason,
      step: 'site',
      n: 1,
      id: idOf(`dropped${key}`, at),
    });
  }
};

const tell = (
  teller: Teller,
  day: number,
  at: number,
  [, , client, path, referrer, status]: Visits['hits'][number],
  n: number,
): void => {
  const { visits, landings } = teller;
  const key = `${day}/${n}`;
  const target = visits.paths[path] as string;
  const ua = visits.agents[visits.clients[client]?.[1] as number] as string;
  const from = visits.referrers[referrer];
  const first = !landings.has(client);
  const landing = landings.get(client) ?? landingOf(key, ua, from);
  landings.set(client, landing);
  const url = `${HOST}${target}${first ? landing.query : ''}`;
  const ref = ownPage(from);
  const type = DOWNLOAD.test(target) ? 'download' : 'pageview';
  const hit = send(teller, at, client, key, {
    type,
    url,
    ...(ref !== undefined && { ref }),
    properties: { status },
  });
  if (first && type === 'pageview' && !BOT.test(ua)) goOn(teller, at, client, key, url, ref);
  goWrong(teller, hit, key);
};

/** Hits of one day of the example, in order of time. @param start of the UTC day, epoch ms @param seed tells examples apart */
export const tellDay = (
  visits: Visits,
  day: number,
  { start, from, to, seed }: { start: number; from: number; to: number; seed: string },
): Story => {
  const teller: Teller = { hits: [], dropped: [], landings: new Map(), seed, visits };
  const kept = share(day, start);
  visits.hits.forEach((one, n) => {
    const [source, minute, client] = one;
    const at = start + minute * MINUTE + (n % 60) * 1000;
    if (source !== day % 3 || at < from || at >= to) return;
    if (chance(`${day}:${client}`) < kept) tell(teller, day, at, one, n);
  });
  const inTime = ({ receivedAt }: Hit) => receivedAt < to;
  return {
    hits: teller.hits.filter(inTime).sort((a, b) => a.receivedAt - b.receivedAt),
    dropped: teller.dropped,
  };
};

/** The UTC days of the example: 30 days that end now, so 31 that are touched. */
export const daysOf = (now: number): { day: number; start: number; from: number; to: number }[] => {
  const from = now - EXAMPLE_DAYS * DAY;
  const first = Math.floor(from / DAY);
  return Array.from({ length: Math.floor(now / DAY) - first + 1 }, (_, day) => ({
    ...{ day, start: (first + day) * DAY, from, to: now },
  }));
};
