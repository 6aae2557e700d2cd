import { plainAddress } from './address.ts';
import { bundled } from './bundled.ts';
import { createDatabase, type PlaceDatabase } from './database.ts';
import { readRecord } from './read-record.ts';

/** What the database says of an address. Frozen: the answer is shared between callers. */
export interface FoundPlace {
  /** ISO 3166-1 alpha-2. */
  country?: string;
  region?: string;
  city?: string;
  /** Degrees, WGS 84. */
  lat?: number;
  lng?: number;
}

export interface Places {
  /** Synchronous, cached, never throws; `undefined` for what is no address or in no database. */
  find(address: string): FoundPlace | undefined;
  /** Which databases answer; `problem` says why one does not. */
  status(): { files: string[]; problem?: string };
  /** What the licence asks to show beside places (HTML of ours, a link); absent when a file of the owner's is used. */
  attribution?: { text: string; url: string };
  close(): Promise<void>;
}

export interface PlacesOptions {
  /** Path of a `.mmdb` with cities; empty = the bundled DB-IP city database. */
  cityPath: string;
  /** Told once per problem, e.g. a broken or missing database. */
  warn: (facts: object, sentence: string) => void;
  /** How often the file is looked at for changes, in ms. */
  pollMs?: number;
}

/** Addresses remembered. About 150 bytes each. */
const CACHE_SIZE = 20_000;

const openDatabases = (cityPath: string): { ipv4: PlaceDatabase; ipv6: PlaceDatabase } => {
  if (cityPath === '') return { ipv4: createDatabase(bundled.ipv4()), ipv6: createDatabase(bundled.ipv6()) };
  const both = createDatabase(cityPath);
  return { ipv4: both, ipv6: both };
};

/**
 * Opens the database of places and follows its file. A missing or broken file means no places and one warning; a broken
 * newer version leaves the older one in use. Never rejects.
 */
export const openPlaces = async ({ cityPath, warn, pollMs = 10_000 }: PlacesOptions): Promise<Places> => {
  const { ipv4, ipv6 } = openDatabases(cityPath);
  const databases = new Set([ipv4, ipv6]);
  const cache = new Map<string, FoundPlace | undefined>();
  const warned = new Map<PlaceDatabase, string | undefined>();
  let damagedRecords = 0;

  const report = (database: PlaceDatabase) => {
    const problem = database.problem();
    if (problem === warned.get(database)) return;
    warned.set(database, problem);
    if (problem) warn({ path: database.path }, `No places from the file on disk: ${problem}`);
  };

  const refresh = async (database: PlaceDatabase) => {
    if (await database.refresh()) cache.clear();
    report(database);
  };

  const refreshAll = () => Promise.all([...databases].map(refresh));

  const lookUp = (address: string): FoundPlace | undefined => {
    const plain = plainAddress(address);
    if (plain === undefined) return undefined;
    const database = plain.includes(':') ? ipv6 : ipv4;
    try {
      return readRecord(database.get(plain));
    } catch (error) {
      damagedRecords += 1;
      if (damagedRecords === 1) {
        warn(
          { path: database.path, error: (error as Error).message },
          'The database of places has damaged records',
        );
      }
      return undefined;
    }
  };

  const problem = (): string | undefined => {
    const unread = [...databases].map((database) => database.problem()).filter((text) => text !== undefined);
    if (damagedRecords > 0) unread.push(`${damagedRecords} lookups met a damaged record`);
    return unread.length > 0 ? unread.join('; ') : undefined;
  };

  await refreshAll();
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(refreshAll);
  }, pollMs).unref();

  return {
    find(address) {
      const known = cache.get(address);
      if (known !== undefined || cache.has(address)) return known;
      const found = lookUp(address);
      if (cache.size >= CACHE_SIZE) cache.clear();
      cache.set(address, found);
      return found;
    },
    status() {
      const files = [...databases].filter((database) => database.loaded()).map((database) => database.path);
      const why = problem();
      return why === undefined ? { files } : { files, problem: why };
    },
    ...(cityPath === '' && { attribution: bundled.attribution }),
    async close() {
      clearInterval(timer);
      await running;
    },
  };
};
