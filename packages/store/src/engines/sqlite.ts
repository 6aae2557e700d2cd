import { isPushtechError, newId } from '@pushtech/event';
import { openDatabase, parseSqliteUrl, toPushtechError } from '@pushtech/sqlite';
import type { Engine, Row, Shelf } from '../engine.ts';
import { storeError } from '../errors.ts';
import { createTables, migrations } from './sqlite-tables.ts';

/** Names SQLite's errors in the port's words. */
const toStoreError = (cause: unknown): unknown => {
  const error = toPushtechError(cause);
  if (isPushtechError(error, 'SQLITE_CLOSED')) return storeError('STORE_CLOSED', error.message, error);
  if (isPushtechError(error, 'SQLITE_BUSY') || isPushtechError(error, 'SQLITE_FULL')) {
    return storeError('STORE_DOWN', error.message, error);
  }
  return error;
};

/**
 * The store in a SQLite file. What was written is fsynced: people make these things by hand, and rarely.
 * @param url `sqlite:<path>[?prefix=…]`
 * @throws PushtechError `SQLITE_URL`, `SQLITE_OPEN`, `SQLITE_NEWER` (fatal)
 */
export const openSqliteEngine = (url: string): Engine => {
  const { path, prefix, dispose } = parseSqliteUrl(url);
  const database = openDatabase({ path, role: 'store', prefix, migrations, dispose });
  let closed = false;

  /** Every method runs in here. */
  const guarded = async <T>(method: () => T | Promise<T>): Promise<T> => {
    if (closed) throw storeError('STORE_CLOSED', `${path} is closed`);
    try {
      return await method();
    } catch (error) {
      throw toStoreError(error);
    }
  };

  const write = <T>(work: () => T): Promise<T> =>
    guarded(async () => {
      const result = await database.write(work);
      await database.sync();
      return result;
    });

  return {
    shelf(kind, { unique }): Shelf {
      const tables = createTables(database.db, prefix, kind);
      const isTaken = ({ id, keys }: Row) => unique.some((field) => tables.isTaken(field, keys[field], id));
      return {
        insert: (row) =>
          write(() => {
            if (tables.get(row.id) || isTaken(row)) return false;
            tables.put(row);
            return true;
          }),
        get: (id) => guarded(() => tables.get(id)),
        find: (field, key, limit) => guarded(() => tables.find(field, key, limit)),
        list: (after, limit) => guarded(() => tables.list(after, limit)),
        replace: (row, version) =>
          write(() => {
            if (tables.get(row.id)?.version !== version) return 'changed';
            if (isTaken(row)) return 'taken';
            tables.put(row);
            return 'done';
          }),
        remove: (id) => write(() => tables.remove(id, newId())),
        revision: () => guarded(tables.revision),
      };
    },
    async close() {
      closed = true;
      await database.close();
    },
  };
};
