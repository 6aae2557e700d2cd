import type { Event } from '@pushtech/event';

/** What events are counted by. */
export interface Dimension {
  name: string;
  /** The event's value; `null` = not known. */
  read: (event: Event) => string | null;
  /** Visitors are counted per value too. */
  visitors?: true;
}

const known = (text: string | undefined): string | null => text || null;

/** Coming from a page of the same site says nothing about where a visit came from. */
const external = (event: Event) => (event.referrer?.medium === 'internal' ? undefined : event.referrer);

const source = (event: Event): string | null => {
  if (event.campaign?.source) return event.campaign.source;
  const referrer = external(event);
  if (!referrer) return null;
  return known(referrer.source ?? (referrer.medium === 'link' ? referrer.host : undefined));
};

const page = (event: Event): string | null => (event.page ? known(event.page.host + event.page.path) : null);

/** Engines store what they count under these names: one may be added, none may change its meaning. */
export const dimensions: readonly Dimension[] = [
  { name: 'path', read: (event) => known(event.page?.path), visitors: true },
  { name: 'source', read: source, visitors: true },
  { name: 'campaign', read: (event) => known(event.campaign?.name), visitors: true },
  { name: 'country', read: (event) => known(event.place?.country), visitors: true },
  { name: 'device', read: (event) => known(event.device?.kind), visitors: true },
  { name: 'page', read: page },
  { name: 'referrer', read: (event) => known(external(event)?.host) },
  { name: 'medium', read: (event) => known(event.campaign?.medium ?? external(event)?.medium) },
  { name: 'region', read: (event) => known(event.place?.region) },
  { name: 'city', read: (event) => known(event.place?.city) },
  { name: 'browser', read: (event) => known(event.device?.browser?.name) },
  { name: 'os', read: (event) => known(event.device?.os?.name) },
];

const scalar = (value: unknown): string | null => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
};

/** Counts by a property that was asked for. Lists and objects count as not known. */
export const propertyDimension = (property: string): Dimension => ({
  name: `properties.${property}`,
  read: (event) => (Object.hasOwn(event.properties, property) ? scalar(event.properties[property]) : null),
});

/** @param properties names of event properties that are counted too; the same name twice counts once */
export const dimensionsWith = (properties: readonly string[]): readonly Dimension[] => [
  ...dimensions,
  ...[...new Set(properties)].map(propertyDimension),
];
