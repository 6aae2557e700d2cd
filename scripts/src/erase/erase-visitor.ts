import { afterErasure, eraseFromLog, lookAtLog } from './erase-from-log.ts';
import { eraseFromStore, lookAtStore, storePlace } from './erase-requests.ts';
import type { Stores } from './open-stores.ts';
import type { Place, Report } from './place.ts';
import { rewriteFiles } from './rewrite-files.ts';
import { untilKnown, waitForBuffer, waitForCounting, waitForSpool } from './wait-for-services.ts';

export interface EraseOptions {
  visitor: string;
  /** Epoch ms: what came in before is meant. */
  now: number;
  /** How long running services are waited for, at each step. */
  waitMs: number;
  /** Rewrite SQLite files of any size. */
  anySize: boolean;
  say: (text: string) => void;
}

const statsPlace = (places: number, days: readonly string[], erased: boolean): Place => ({
  place: 'stats',
  found: places,
  erased: erased ? places : 0,
  unit: `counters on ${days.length} days`,
  ...((erased || places === 0) && { leftUntil: null }),
});

/** Said in every report, so that nobody has to wonder. */
const elsewhere: Place[] = [
  {
    place: 'accounts',
    found: 0,
    erased: 0,
    unit: 'links',
    leftUntil: null,
    note: 'people who sign in are not linked with visitors',
  },
  {
    place: 'logs',
    found: 0,
    erased: 0,
    unit: 'lines',
    leftUntil: null,
    note: "services write no identifiers of visitors; a proxy's own access log may, in addresses",
  },
  {
    place: 'backups',
    found: 0,
    erased: 0,
    unit: 'looked into',
    note: 'older ones know the visitor until they are deleted; look again after restoring one',
  },
];

/** What everything knows of a visitor. Changes nothing. */
export const lookAtVisitor = async (stores: Stores, visitor: string, now: number): Promise<Report> => {
  const { places, days } = await stores.eraser.look(visitor);
  return {
    at: new Date(now).toISOString(),
    dryRun: true,
    complete: true,
    places: [
      await waitForSpool(stores, now, 0),
      await waitForBuffer(stores, now, 0),
      ...(await lookAtLog(stores, visitor)),
      statsPlace(places, days, false),
      storePlace(await lookAtStore(stores.store, visitor), false),
      ...elsewhere,
    ],
  };
};

/**
 * Erases a visitor everywhere. The erasure is on the log first: whatever happens then, no service counts, shows or keeps
 * what came in before, and the same again finishes what was cut off.
 */
export const eraseVisitor = async (stores: Stores, options: EraseOptions): Promise<Report> => {
  const { visitor, now, waitMs, anySize, say } = options;
  await eraseFromLog(stores, visitor, now);
  say('Every service hears of it within 2 seconds.\n');
  await untilKnown();
  const spool = await waitForSpool(stores, now, waitMs);
  const buffer = await waitForBuffer(stores, now, waitMs);
  const behind = await waitForCounting(stores, waitMs);
  const onLog = (await lookAtLog(stores, visitor)).map(afterErasure);
  const { places, days } = await stores.eraser.erase(visitor);
  const stats = statsPlace(places, days, true);
  if (behind > 0) stats.note = `${behind} records are not counted yet; they will be without their visitor`;
  const store = await eraseFromStore(stores.store, visitor, now);
  say('The engines write their files anew.\n');
  const files = await rewriteFiles(stores.settings, anySize);
  const complete = spool.found === 0 && buffer.found === 0 && files.found === files.erased;
  const all = [spool, buffer, ...onLog, stats, store, files, ...elsewhere];
  return { at: new Date(now).toISOString(), dryRun: false, complete, places: all };
};
