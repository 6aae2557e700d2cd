import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Document, Documents } from './documents.ts';
import type { Fields, Shelf, StoredRow } from './engine.ts';
import { storeError } from './errors.ts';
import { fromRow, isDocumentId, toKey, toRow } from './row.ts';

const DEFAULT_LIMIT = 100;
const MOST = 1000;
/** How long an update tries while others change the same document, and how long it pauses at the most, in ms. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 20;
/** Rows are read as JSON for this long before others get the event loop, in ms. */
const SLICE_MS = 5;

const readAll = async <T extends Document>(rows: StoredRow[]): Promise<T[]> => {
  const documents: T[] = [];
  let sliceEnd = performance.now() + SLICE_MS;
  for (const row of rows) {
    documents.push(fromRow<T>(row));
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return documents;
};

/** No id holds a NUL: what comes after `a\0…` is what comes after `a`. */
const toCursor = (after: string): string => (after.split('\0')[0] ?? '').toWellFormed();

const limitOf = (limit: number): number => Math.min(Math.max(Math.floor(limit) || 0, 0), MOST);

/** One kind of documents on an engine's shelf. */
export const createDocuments = <T extends Document>(shelf: Shelf, fields: Fields): Documents<T> => {
  const known = new Set([...fields.unique, ...fields.find]);

  /** `undefined` when somebody else was quicker. */
  const tryUpdate = async (found: StoredRow, change: (document: T) => T): Promise<T | undefined> => {
    const row = toRow(change(fromRow<T>(found)), fields);
    if (row.id !== found.id) throw storeError('STORE_DOCUMENT', 'an update cannot change the id');
    if (row.body === found.body) return fromRow<T>(found);
    const outcome = await shelf.replace(row, found.version);
    if (outcome === 'taken') throw storeError('STORE_TAKEN', `another one has a unique value of ${row.id}`);
    return outcome === 'done' ? fromRow<T>(row) : undefined;
  };

  return {
    insert: async (document) => shelf.insert(toRow(document, fields)),
    async get(id) {
      const row = isDocumentId(id) ? await shelf.get(id) : undefined;
      return row && fromRow<T>(row);
    },
    async find(field, value) {
      if (!known.has(field)) throw storeError('STORE_FIELD', `nothing of this kind is found by ${field}`);
      return readAll<T>(await shelf.find(field, toKey(value), MOST));
    },
    async list({ after = '', limit = DEFAULT_LIMIT } = {}) {
      const most = limitOf(limit);
      return most === 0 ? [] : readAll<T>(await shelf.list(toCursor(after), most));
    },
    async update(id, change) {
      const deadline = performance.now() + PATIENCE_MS;
      while (performance.now() < deadline) {
        const found = isDocumentId(id) ? await shelf.get(id) : undefined;
        if (!found) return undefined;
        const updated = await tryUpdate(found, change);
        if (updated) return updated;
        await sleep(Math.random() * PAUSE_MS);
      }
      throw storeError('STORE_BUSY', `others kept changing ${id}`);
    },
    remove: async (id) => isDocumentId(id) && shelf.remove(id),
    revision: () => shelf.revision(),
  };
};
