import { checkValue, isRecord } from './check-value.ts';
import type { Event } from './event.ts';
import { isId } from './id.ts';
import { INSTANT_PATTERN, SITE_PATTERN, TYPE_PATTERN } from './patterns.ts';

export interface EventProblem {
  ok: false;
  /** `version`: a newer pushtech wrote it. `invalid`: nobody should have. */
  reason: 'invalid' | 'version';
  field: string;
  message: string;
}

export type EventCheck = { ok: true; event: Event } | EventProblem;

type Fields = Record<string, unknown>;

const invalid = (field: string, message: string): EventProblem => ({
  ok: false,
  reason: 'invalid',
  field,
  message,
});

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isInstant = (value: unknown): boolean => typeof value === 'string' && INSTANT_PATTERN.test(value);
const isDegrees = (value: unknown, bound: number): boolean =>
  typeof value === 'number' && Math.abs(value) <= bound;
const isVia = (value: unknown): boolean =>
  value === 'pixel' || value === 'post' || value === 'redirect' || value === 'import';

// Each of these names the first field that is not as it must be. Written out field by field: a loop over names costs
// three times as much.

const badHead = (event: Fields): string | undefined => {
  if (!isId(event.id)) return 'id';
  if (typeof event.type !== 'string' || !TYPE_PATTERN.test(event.type)) return 'type';
  const { site } = event;
  if (site !== undefined && (typeof site !== 'string' || !SITE_PATTERN.test(site))) return 'site';
  if (!isInstant(event.receivedAt)) return 'receivedAt';
  if (!isInstant(event.occurredAt)) return 'occurredAt';
  if (!isVia(event.via)) return 'via';
  if (!isTextOrAbsent(event.visitor)) return 'visitor';
  if (!isTextOrAbsent(event.session)) return 'session';
  if (!isTextOrAbsent(event.ip)) return 'ip';
  if (!isTextOrAbsent(event.run)) return 'run';
  if (event.anonymous !== undefined && event.anonymous !== true) return 'anonymous';
  return undefined;
};

const badPage = (page: unknown): string | undefined => {
  if (!isRecord(page)) return 'page';
  if (!isText(page.url)) return 'page.url';
  if (!isText(page.host)) return 'page.host';
  if (!isText(page.path)) return 'page.path';
  return isTextOrAbsent(page.title) ? undefined : 'page.title';
};

const badReferrer = (referrer: unknown): string | undefined => {
  if (!isRecord(referrer)) return 'referrer';
  if (!isText(referrer.url)) return 'referrer.url';
  if (!isText(referrer.host)) return 'referrer.host';
  if (!isText(referrer.medium)) return 'referrer.medium';
  if (!isTextOrAbsent(referrer.source)) return 'referrer.source';
  return isTextOrAbsent(referrer.term) ? undefined : 'referrer.term';
};

const badCampaign = (campaign: unknown): string | undefined => {
  if (!isRecord(campaign)) return 'campaign';
  if (!isTextOrAbsent(campaign.source)) return 'campaign.source';
  if (!isTextOrAbsent(campaign.medium)) return 'campaign.medium';
  if (!isTextOrAbsent(campaign.name)) return 'campaign.name';
  if (!isTextOrAbsent(campaign.term)) return 'campaign.term';
  if (!isTextOrAbsent(campaign.content)) return 'campaign.content';
  return isTextOrAbsent(campaign.clickId) ? undefined : 'campaign.clickId';
};

const isPoint = (location: unknown): boolean => {
  if (!isRecord(location) || location.type !== 'Point') return false;
  const { coordinates } = location;
  return (
    Array.isArray(coordinates) &&
    coordinates.length === 2 &&
    isDegrees(coordinates[0], 180) &&
    isDegrees(coordinates[1], 90)
  );
};

const badPlace = (place: unknown): string | undefined => {
  if (!isRecord(place)) return 'place';
  if (place.accuracy !== 'ip' && place.accuracy !== 'gps') return 'place.accuracy';
  if (!isTextOrAbsent(place.country)) return 'place.country';
  if (!isTextOrAbsent(place.region)) return 'place.region';
  if (!isTextOrAbsent(place.city)) return 'place.city';
  return place.location === undefined || isPoint(place.location) ? undefined : 'place.location';
};

const isNamed = (value: unknown): boolean =>
  value === undefined || (isRecord(value) && isText(value.name) && isTextOrAbsent(value.version));

const badDevice = (device: unknown): string | undefined => {
  if (!isRecord(device)) return 'device';
  if (!isTextOrAbsent(device.kind)) return 'device.kind';
  if (!isTextOrAbsent(device.vendor)) return 'device.vendor';
  if (!isTextOrAbsent(device.model)) return 'device.model';
  if (!isNamed(device.os)) return 'device.os';
  return isNamed(device.browser) ? undefined : 'device.browser';
};

const badBot = (bot: unknown): string | undefined =>
  isRecord(bot) && Array.isArray(bot.reasons) && bot.reasons.every(isText) ? undefined : 'bot';

const badField = (event: Fields): string | undefined =>
  badHead(event) ??
  (event.page === undefined ? undefined : badPage(event.page)) ??
  (event.referrer === undefined ? undefined : badReferrer(event.referrer)) ??
  (event.campaign === undefined ? undefined : badCampaign(event.campaign)) ??
  (event.place === undefined ? undefined : badPlace(event.place)) ??
  (event.device === undefined ? undefined : badDevice(event.device)) ??
  (event.bot === undefined ? undefined : badBot(event.bot));

/**
 * Is this parsed log record an event of the version we know? The hot path's hand-written twin of `eventSchema` (they
 * agree by test). Never throws. The event is the value itself, with the fields we do not know still in it.
 */
export const checkEvent = (value: unknown): EventCheck => {
  if (!isRecord(value)) return invalid('', 'an event is a JSON object');
  const { v, properties } = value;
  if (v !== 1) {
    return typeof v === 'number' && v > 1
      ? { ok: false, reason: 'version', field: 'v', message: `version ${v} is newer than this pushtech` }
      : invalid('v', 'v must be 1');
  }
  const bad = badField(value);
  if (bad !== undefined) return invalid(bad, `${bad} is missing or not of its kind`);
  if (!isRecord(properties)) return invalid('properties', 'properties must be an object');
  const found = checkValue(properties, 'properties', 0);
  return found ? invalid(found.field, found.message) : { ok: true, event: value as unknown as Event };
};
