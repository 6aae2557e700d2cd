import type { Event } from '@pushtech/event';

/**
 * Counts events the slow and plain way, straight from the events and DESIGN's words: nothing is shared with the
 * engines, so that a mistake there is not repeated here.
 */
export interface Wanted {
  from: number;
  to: number;
  site?: string;
  type?: string;
  bots?: 'exclude' | 'include' | 'only';
}

export const select = (
  events: readonly Event[],
  { from, to, site, type, bots = 'exclude' }: Wanted,
): Event[] =>
  events.filter((event) => {
    const at = new Date(event.occurredAt).getTime();
    if (at < from || at >= to) return false;
    if (site !== undefined && event.site !== site) return false;
    if (type === undefined ? event.type === 'heartbeat' : event.type !== type) return false;
    return bots === 'include' || (bots === 'only') === Boolean(event.bot);
  });

export const readValue = (event: Event, dimension: string): string | null => {
  const outside = event.referrer && event.referrer.medium !== 'internal' ? event.referrer : undefined;
  if (dimension.startsWith('properties.')) {
    const value = Object.entries(event.properties).find(([name]) => name === dimension.slice(11))?.[1];
    return value === undefined || value === null || typeof value === 'object' ? null : `${value}`;
  }
  const table: Record<string, string | undefined> = {
    type: event.type,
    site: event.site,
    path: event.page?.path,
    page: event.page && `${event.page.host}${event.page.path}`,
    referrer: outside?.host,
    source:
      event.campaign?.source ?? outside?.source ?? (outside?.medium === 'link' ? outside.host : undefined),
    medium: event.campaign?.medium ?? outside?.medium,
    campaign: event.campaign?.name,
    country: event.place?.country,
    region: event.place?.region,
    city: event.place?.city,
    browser: event.device?.browser?.name,
    os: event.device?.os?.name,
    device: event.device?.kind,
  };
  return table[dimension] ?? null;
};

export const withVisitors = ['path', 'source', 'campaign', 'country', 'device'];

export const visitors = (events: readonly Event[]): number =>
  new Set(events.flatMap((event) => (event.visitor === undefined ? [] : [event.visitor]))).size;

const visitorsByDay = (events: readonly Event[]): number =>
  new Set(
    events.flatMap((event) =>
      event.visitor === undefined ? [] : [`${event.occurredAt.slice(0, 10)} ${event.visitor}`],
    ),
  ).size;

/** All rows: most events first, then by value, `null` last. */
export const top = (events: readonly Event[], dimension: string) => {
  return [...Map.groupBy(events, (event) => readValue(event, dimension))]
    .map(([value, group]) => ({
      value,
      events: group.length,
      ...(withVisitors.includes(dimension) && { visitors: visitorsByDay(group) }),
    }))
    .sort((a, b) => b.events - a.events || byText(a.value, b.value));
};

const byText = (a: string | null, b: string | null): number => {
  if (a === null || b === null) return a === null ? 1 : -1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
};
