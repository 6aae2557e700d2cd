import type { PreparedTables } from '@pushtech/sqlite';
import type { Db } from 'mongodb';
import { kinds } from '../kinds.ts';
import { createIndexes, type RowDocument } from './mongo.ts';
import { toStoreError } from './mongo-errors.ts';
import { readMongoUrl } from './mongo-url.ts';

/** Names of the indexes that are there. */
const readIndexes = async (db: Db, names: readonly string[]): Promise<Set<string>> => {
  const found = new Set<string>();
  for (const name of names) {
    for (const index of await db.collection(name).indexes()) found.add(`${name}.${index.name}`);
  }
  return found;
};

/** Makes the collections of all kinds with their indexes. @throws PushtechError `STORE_URL` (fatal), `STORE_DOWN` (retry) */
export const prepareMongoStore = async (url: string, dryRun: boolean): Promise<PreparedTables> => {
  const { client, database, prefix } = readMongoUrl(url);
  const place = `${client.options.hosts.join(',')}/${database}`;
  try {
    await client.connect();
    const db = client.db(database);
    const all = Object.entries(kinds).map(([kind, fields]) => ({ name: `${prefix}store_${kind}`, fields }));
    const there = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    const known = all.map(({ name }) => name).filter((name) => there.includes(name));
    const before = await readIndexes(db, known);
    const wanted = all.flatMap(({ name, fields: { unique, find } }) => [
      ...unique.map((field) => `${name}.keys.${field}_1`),
      ...find.map((field) => `${name}.keys.${field}_1__id_1`),
    ]);
    if (!dryRun) {
      for (const { name, fields } of all) await createIndexes(db.collection<RowDocument>(name), fields);
    }
    const found = `${known.length} of ${all.length} collections`;
    return {
      place,
      found: known.length === 0 ? 'no collections yet' : found,
      changes: wanted.filter((name) => !before.has(name)).map((name) => `index ${name}`),
    };
  } catch (error) {
    throw toStoreError(error);
  } finally {
    await client.close();
  }
};
