import { isPushtechError } from '@pushtech/event';
import { createWaker, numberOption, openDatabase, parseSqliteUrl, toPushtechError } from '@pushtech/sqlite';
import type { Buffer, BufferStatus, Entry, TakeOptions } from '../buffer.ts';
import { bufferError } from '../errors.ts';
import type { BufferOptions } from '../open.ts';
import { createTables, type EntryRow, migrations, type Tables } from './sqlite-tables.ts';

/** Bodies that one take reads, in bytes, its first entry not counted: keeps the transaction short. */
const TAKE_BYTES = 1_048_576;
/** Ids that one transaction deletes. */
const ACK_IDS = 200;

/** Names SQLite's errors in the port's words. */
const toBufferError = (cause: unknown): unknown => {
  const error = toPushtechError(cause);
  if (isPushtechError(error, 'SQLITE_CLOSED')) return bufferError('BUFFER_CLOSED', error.message, error);
  if (isPushtechError(error, 'SQLITE_BUSY') || isPushtechError(error, 'SQLITE_FULL')) {
    return bufferError('BUFFER_DOWN', error.message, error);
  }
  return error;
};

/** The first rows whose bodies together are not too much for one transaction. */
const withinBytes = (rows: EntryRow[]): EntryRow[] => {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += row.bytes;
    return index > 0 && bytes > TAKE_BYTES;
  });
  return end < 0 ? rows : rows.slice(0, end);
};

/** Inside a transaction: hands out what is available. */
const takeRows = (tables: Tables, worker: string, now: number, idleMs: number, max: number): Entry[] => {
  const { again, fresh } = tables.available(now - idleMs, max);
  const ids = withinBytes([...again, ...fresh]).map((row) => row.id);
  const lastFresh = ids.length > again.length ? ids.at(-1) : undefined;
  tables.mark(ids, worker, now);
  if (lastFresh !== undefined) tables.took(lastFresh);
  return ids.map((id, index) => ({
    id: String(id),
    body: tables.body(id),
    redelivered: index < again.length,
  }));
};

/** The buffer in a SQLite file. Options: `?prefix=`, `?maxBytes=` (1 GiB), `?idleMs=` (15 s). */
export const openSqliteBuffer = async (url: string, { clock = Date.now }: BufferOptions): Promise<Buffer> => {
  const { path, prefix, options, dispose } = parseSqliteUrl(url);
  const maxBytes = numberOption(options, 'maxBytes', 1024 ** 3);
  const idleMs = numberOption(options, 'idleMs', 15_000);
  const database = openDatabase({ path, role: 'buffer', prefix, migrations, dispose });
  const tables = createTables(database.db, prefix);
  const waker = createWaker(database.dataVersion);
  /** Workers that have taken through this handle: only the first take under a name is a coming back. */
  const known = new Set<string>();
  let closed = false;

  /** Every method runs in here. */
  const guarded = async <T>(method: () => Promise<T>): Promise<T> => {
    if (closed) throw bufferError('BUFFER_CLOSED', `${path} is closed`);
    try {
      return await method();
    } catch (error) {
      throw toBufferError(error);
    }
  };

  /** How long until an entry that is out becomes available again, in ms. */
  const untilIdle = (): number => {
    const takenAt = tables.longestTaken();
    return takenAt === undefined ? Number.POSITIVE_INFINITY : Math.max(1, takenAt + idleMs - clock());
  };

  const takeNow = async ({ worker, max }: TakeOptions): Promise<Entry[]> => {
    if (!known.has(worker)) {
      await database.write(() => tables.release(worker));
      known.add(worker);
    }
    if (max < 1 || !tables.isAvailable(clock() - idleMs)) return [];
    return database.write(() => takeRows(tables, worker, clock(), idleMs, max));
  };

  const take = async (wanted: TakeOptions): Promise<Entry[]> => {
    const deadline = performance.now() + wanted.waitMs;
    for (;;) {
      const entries = await takeNow(wanted);
      const left = deadline - performance.now();
      if (entries.length > 0 || left <= 0) return entries;
      await waker.wait(Math.min(left, untilIdle()), wanted.signal);
      if (closed || wanted.signal?.aborted) return [];
    }
  };

  const append = async (body: string, durable: boolean): Promise<void> => {
    const bytes = globalThis.Buffer.byteLength(body);
    await database.write(() => {
      if (tables.state().bytes + bytes > maxBytes) {
        throw bufferError('BUFFER_FULL', `the buffer holds ${maxBytes} bytes at the most`);
      }
      tables.insert(body, bytes, clock());
    });
    waker.wake();
    if (durable) await database.sync();
  };

  const ack = async (ids: readonly string[]): Promise<void> => {
    for (let at = 0; at < ids.length; at += ACK_IDS) {
      const some = ids.slice(at, at + ACK_IDS).map(Number);
      await database.write(() => tables.delete(some));
    }
  };

  const status = async (): Promise<BufferStatus> => {
    const { entries, bytes } = tables.state();
    const oldestAt = tables.oldestAt();
    return oldestAt === undefined ? { entries, bytes, maxBytes } : { entries, bytes, maxBytes, oldestAt };
  };

  return {
    append: (body, { durable = false } = {}) => guarded(() => append(body, durable)),
    take: (wanted) => guarded(() => take(wanted)),
    ack: (ids) => guarded(() => ack(ids)),
    status: () => guarded(status),
    async close() {
      closed = true;
      waker.close();
      await database.close();
    },
  };
};
