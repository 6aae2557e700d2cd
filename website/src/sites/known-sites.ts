import type { Stats } from '@pushtech/stats';
import type { Site, Store } from '@pushtech/store';

const DAY = 86_400_000;
const DAYS = 30;
/** Sites listed at the most, and of how many of them a line is drawn: each costs a question to the counters. */
const LISTED = 500;
const DRAWN = 40;

export interface SiteRow {
  label: string | null;
  site: Site | undefined;
  events: number;
  /** Events of each of the last 30 days; only for the busiest sites. */
  days: number[] | undefined;
}

export interface SiteList {
  rows: SiteRow[];
  /** Events of sites beyond the list. */
  others: number;
  /** The counters could not be read. */
  unknown: boolean;
}

interface Deps {
  stats: Stats;
  store: Store;
  /** Epoch ms. */
  clock: () => number;
}

/** The last 30 days, today included. */
const spanOf = (now: number) => ({ from: now - (now % DAY) - (DAYS - 1) * DAY, to: now - (now % DAY) + DAY });

const drawn = async (stats: Stats, now: number, label: string): Promise<number[] | undefined> => {
  const series = await stats
    .series({ ...spanOf(now), interval: 'day', site: label, bots: 'include' })
    .catch(() => undefined);
  return series?.points.map(({ events }) => events);
};

/** The sites that have sent in the last 30 days and those that were named, busiest first. */
export const listSites = async ({ stats, store, clock }: Deps): Promise<SiteList> => {
  const now = clock();
  const [top, named] = await Promise.all([
    stats.top({ ...spanOf(now), dimension: 'site', limit: LISTED, bots: 'include' }).catch(() => undefined),
    store.sites.list({ limit: 1000 }),
  ]);
  const byLabel = new Map(named.map((site) => [site.id, site]));
  const seen = await Promise.all(
    (top?.rows ?? []).map(async ({ value, events }, index) => ({
      label: value,
      site: value === null ? undefined : byLabel.get(value),
      events,
      days: value !== null && index < DRAWN ? await drawn(stats, now, value) : undefined,
    })),
  );
  const labels = new Set(seen.map(({ label }) => label));
  const silent = named
    .filter(({ id }) => !labels.has(id))
    .map((site) => ({ label: site.id, site, events: 0, days: undefined }));
  return { rows: [...seen, ...silent], others: top?.other.events ?? 0, unknown: top === undefined };
};
