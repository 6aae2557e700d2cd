import { createErasureKey, topics } from '@pushtech/event';
import { appendErasures, prepareLog } from '@pushtech/log';
import { findRecords } from './find-records.ts';
import type { Stores } from './open-stores.ts';
import type { Place } from './place.ts';

const DAY_MS = 86_400_000;
/** A sweep of SQLite, a look of the broker. */
const SLACK_MS = 600_000;

type Topic = typeof topics.events | typeof topics.dead;

/** How long after its append a record may be there, in ms; 0 = for ever. */
const keptMs = async (url: string, topic: Topic): Promise<number> => {
  if (url.startsWith('sqlite:')) {
    const asked = new URLSearchParams(url.split('?')[1]).get('retentionMs');
    const ms = asked === null ? 7 * DAY_MS : Number(asked);
    return ms === 0 ? 0 : ms + SLACK_MS;
  }
  const { topics: [found] = [] } = await prepareLog(url, [topic], { dryRun: true });
  // Kafka lets go of a day's records together.
  return !found || found.retentionMs === 0 ? 0 : found.retentionMs + DAY_MS + SLACK_MS;
};

const lookAt = async ({ log, settings }: Stores, topic: Topic, visitor: string): Promise<Place> => {
  let found = 0;
  let newest = 0;
  for await (const { at } of findRecords(log, topic, visitor)) {
    found += 1;
    newest = Math.max(newest, at);
  }
  const what = { place: topic, found, erased: 0, unit: topic === topics.events ? 'events' : 'dead letters' };
  if (found === 0) return { ...what, leftUntil: null };
  const kept = await keptMs(settings.LOG_URL, topic);
  if (kept === 0) return { ...what, note: 'the log keeps them for ever (retentionMs=0)' };
  return { ...what, leftUntil: new Date(newest + kept).toISOString() };
};

/** What the log holds of a visitor. It goes by retention; until then nobody recognises it. */
export const lookAtLog = async (stores: Stores, visitor: string): Promise<Place[]> => [
  await lookAt(stores, topics.events, visitor),
  await lookAt(stores, topics.dead, visitor),
];

/** From now on whoever reads the log honours it. @param at epoch ms: what came in before is meant */
export const eraseFromLog = ({ log, secretKey }: Stores, visitor: string, at: number): Promise<void> =>
  appendErasures(log, [{ visitor: createErasureKey(secretKey)(visitor), at }]);

export const afterErasure = (place: Place): Place =>
  place.found === 0 ? place : { ...place, note: place.note ?? 'not recognised by anybody from now on' };
