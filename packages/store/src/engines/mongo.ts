import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Collection,
  type CreateIndexesOptions,
  type IndexSpecification,
  MongoServerError,
} from 'mongodb';
import type { Engine, Fields, Row, Shelf, StoredRow } from '../engine.ts';
import { storeError } from '../errors.ts';
import type { StoreOptions } from '../open.ts';
import { isDuplicate, isRolledBack, toStoreError } from './mongo-errors.ts';
import { createRevisions, type RevisionDocument } from './mongo-revisions.ts';
import { readMongoUrl } from './mongo-url.ts';

export interface RowDocument {
  _id: string;
  version: string;
  body: string;
  /** `=` and the value; `-` and the id for a unique field without one, since not every server knows partial indexes. */
  keys: Record<string, string>;
}

const TRIES = 10;
const PAUSE_MS = 200;
const COLUMNS = { projection: { version: 1, body: 1 } };

const toDocument = ({ id, version, body, keys }: Row, { unique }: Fields): RowDocument => {
  const absent = unique.map((field) => [field, `-${id}`]);
  const present = Object.entries(keys).map(([field, key]) => [field, `=${key}`]);
  return { _id: id, version, body, keys: Object.fromEntries([...absent, ...present]) };
};

const toRow = ({ _id, version, body }: RowDocument): StoredRow => ({ id: _id, version, body });

/** Processes that start together may be in each other's way: one makes an index while the other writes. */
const patiently = async <T>(
  work: () => Promise<T>,
  mayTryAgain: (error: unknown) => boolean = isRolledBack,
  tries = TRIES,
): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (tries <= 1 || !mayTryAgain(error)) throw error;
    await sleep(Math.random() * PAUSE_MS);
    return patiently(work, mayTryAgain, tries - 1);
  }
};

/** Does work once; again with the next call as long as it fails. */
const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work().catch((error) => {
      done = undefined;
      throw error;
    });
    return done;
  };
};

/** Making an index that is there does nothing: whatever the server has against it is worth another try. */
export const createIndexes = async (
  collection: Collection<RowDocument>,
  { unique, find }: Fields,
): Promise<void> => {
  const make = (keys: IndexSpecification, options: CreateIndexesOptions = {}) =>
    patiently(
      () => collection.createIndex(keys, options),
      (error) => error instanceof MongoServerError,
    );
  for (const field of unique) await make({ [`keys.${field}`]: 1 }, { unique: true });
  for (const field of find) await make({ [`keys.${field}`]: 1, _id: 1 });
};

/** One kind in a collection of its own; nothing here knows of errors in the port's words. */
const createShelf = (
  collection: Collection<RowDocument>,
  revisions: ReturnType<typeof createRevisions>,
  fields: Fields,
): Shelf => {
  const ready = once(() => createIndexes(collection, fields));
  const change = async <T>(write: () => Promise<T>, didChange: (result: T) => boolean): Promise<T> => {
    await ready();
    return revisions.change(() => patiently(write), didChange);
  };

  const insert = async (row: Row): Promise<boolean> => {
    try {
      await collection.insertOne(toDocument(row, fields));
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  };

  const replace = async (row: Row, version: string): Promise<'done' | 'changed' | 'taken'> => {
    const { _id, ...rest } = toDocument(row, fields);
    try {
      const { matchedCount } = await collection.replaceOne({ _id, version }, rest);
      return matchedCount === 1 ? 'done' : 'changed';
    } catch (error) {
      if (isDuplicate(error)) return 'taken';
      throw error;
    }
  };

  const remove = async (id: string): Promise<boolean> =>
    (await collection.deleteOne({ _id: id })).deletedCount === 1;

  const read = async (filter: object, limit: number): Promise<StoredRow[]> => {
    const rows = await collection.find(filter, COLUMNS).sort({ _id: 1 }).limit(limit).toArray();
    return rows.map(toRow);
  };

  return {
    insert: (row) => change(() => insert(row), Boolean),
    async get(id) {
      const found = await collection.findOne({ _id: id }, COLUMNS);
      return found ? toRow(found) : undefined;
    },
    find: (field, key, limit) => read({ [`keys.${field}`]: `=${key}` }, limit),
    list: (after, limit) => read({ _id: { $gt: after } }, limit),
    replace: (row, version) =>
      change(
        () => replace(row, version),
        (outcome) => outcome === 'done',
      ),
    remove: (id) => change(() => remove(id), Boolean),
    revision: () => revisions.revision(),
  };
};

/** Every method of a shelf with its errors in the port's words. @param before throws where no call can be made */
const guard = (shelf: Shelf, before: () => Promise<void>): Shelf => {
  const guarded = Object.entries(shelf).map(([name, method]) => [
    name,
    async (...args: never[]) => {
      try {
        await before();
        return await (method as (...args: never[]) => Promise<unknown>)(...args);
      } catch (error) {
        throw toStoreError(error);
      }
    },
  ]);
  return Object.fromEntries(guarded);
};

/**
 * The store in a MongoDB, or what speaks its protocol: needs neither transactions nor change streams. Opens also while it is
 * away, and connects by itself when it is back.
 * @param url `mongodb://…[/database][?prefix=…]`; without a database it is `pushtech`
 * @throws PushtechError `STORE_URL` (fatal)
 */
export const openMongoEngine = (url: string, { clock = Date.now }: StoreOptions = {}): Engine => {
  const { client, database, prefix } = readMongoUrl(url);
  const db = client.db(database);
  const revisions = db.collection<RevisionDocument>(`${prefix}store_revisions`);
  let closed = false;
  // The driver comes back by itself only after its first connection (7.9.0): a client whose first try failed stays closed.
  const connected = once(async () => {
    await client.connect();
  });
  const before = async (): Promise<void> => {
    if (closed) throw storeError('STORE_CLOSED', 'the store is closed');
    await connected();
  };
  return {
    shelf: (kind, fields) =>
      guard(
        createShelf(
          db.collection<RowDocument>(`${prefix}store_${kind}`),
          createRevisions(revisions, kind, clock),
          fields,
        ),
        before,
      ),
    async close() {
      closed = true;
      await client.close();
    },
  };
};
