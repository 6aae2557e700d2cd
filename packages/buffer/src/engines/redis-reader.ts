import { connectBlocking, type RedisServer } from '@pushtech/redis';
import type { BufferOptions } from '../open.ts';
import { unpackBody } from './redis-body.ts';
import { createGroup, GROUP } from './redis-scripts.ts';
import { toBufferError } from './redis-server.ts';

/** The longest wait on the server. Never 0, which would be for ever. */
const BLOCK_MS = 2000;
const CLAIM_MS = 5000;
/** One read brings at most this many entries, and fewer when entries were large lately: their sizes are not known before. */
const READ_ENTRIES = 16;
/** One take gives no more than this, its first entry not counted; what was read beyond it waits for the next. */
const TAKE_BYTES = 1_048_576;

const EMPTIED = 'The buffer on this Redis was emptied by somebody, and starts anew with what is there.';

/** An entry as the stream has it. */
export interface Found {
  id: string;
  body: string;
  /** UTF-8. */
  bytes: number;
  redelivered: boolean;
}

/** As Redis answers: id, and field and value, or nothing where the entry is gone. */
type RawEntry = [id: Buffer, [name: Buffer, value: Buffer] | null];

export interface ReaderOptions {
  /** Key of the stream. */
  entries: string;
  worker: string;
  idleMs: number;
  warn: BufferOptions['warn'];
}

/** The group or the stream is gone; a wait that was under way is told so in words of its own. */
const isGone = (error: unknown): boolean => /^(NOGROUP|UNBLOCKED)\b/.test((error as Error).message);

/** Takes entries from one server for one worker, on a connection of its own. */
export const createReader = (server: RedisServer, { entries, worker, idleMs, warn }: ReaderOptions) => {
  const connection = connectBlocking(server, BLOCK_MS);
  const { name } = connection;
  const claimEveryMs = Math.max(10, Math.min(CLAIM_MS, idleMs));
  let found: Found[] = [];
  let foundAt = 0;
  let looking: Promise<void> | undefined;
  let isWaiting = false;
  /** What this reader gave to its worker, with the time, oldest first; not acknowledged yet. */
  const given = new Map<string, number>();
  /**
   * What lies with this worker's name but was not given to it: from before the start, or lost on its way when a connection
   * broke. `reread` asks to look for it from the beginning, `own` is how far that has come (empty = through).
   */
  let reread = true;
  let own = '';
  let claimAt = 0;
  let claimFrom = '0-0';
  /** Bytes of the largest entry, forgotten by and by. */
  let largest = 1;
  let hadGroup = false;

  /** Runs it again when the group was gone: at the first start, and when somebody empties the server, even in between. */
  const withGroup = async (run: () => Promise<void>, attempts = 3): Promise<void> => {
    try {
      await run();
      hadGroup = true;
    } catch (error) {
      if (!isGone(error) || attempts === 1) throw error;
      const wasGone = await createGroup(connection.client, entries);
      if (hadGroup && wasGone) warn?.({ server: name }, EMPTIED);
      await withGroup(run, attempts - 1);
    }
  };

  /** Entries whose worker is slower than `idleMs` are anybody's. */
  const forgetGiven = (now: number): void => {
    for (const [id, at] of given) {
      if (at > now - idleMs) return;
      given.delete(id);
    }
  };

  const counted = (max: number): number =>
    Math.max(1, Math.min(max, READ_ENTRIES, Math.floor(TAKE_BYTES / largest)));

  /** Entries without a body were deleted by hand while a worker had them. */
  const keep = (entries: readonly RawEntry[], redelivered: boolean): void => {
    foundAt = performance.now();
    largest /= 2;
    for (const [id, fields] of entries) {
      if (!fields) continue;
      const body = unpackBody(...fields);
      const bytes = Buffer.byteLength(body);
      largest = Math.max(largest, bytes);
      found.push({ id: id.toString(), body, bytes, redelivered });
    }
  };

  const readGroup = async (count: number, from: string, block?: number): Promise<RawEntry[]> => {
    const wait = block === undefined ? [] : ['BLOCK', block];
    const words = ['GROUP', GROUP, worker, 'COUNT', count, ...wait, 'STREAMS', entries, from];
    // In small letters: ioredis finds the form of an answer by the command's name as it is written.
    const answer = await connection.client.callBuffer('xreadgroup', words);
    return (answer as [Buffer, RawEntry[]][] | null)?.[0]?.[1] ?? [];
  };

  /** What lies with this worker's name from the cursor on, except what it has in hand. */
  const readOwn = async (max: number): Promise<void> => {
    while (own !== '' && found.length === 0) {
      const some = await readGroup(counted(max), own);
      own = some.at(-1)?.[0].toString() ?? '';
      const gone = some.filter(([, fields]) => !fields).map(([id]) => id);
      if (gone.length > 0) await connection.client.xack(entries, GROUP, ...gone);
      keep(
        some.filter(([id]) => !given.has(id.toString())),
        true,
      );
    }
  };

  const claimIdle = async (max: number): Promise<void> => {
    while (performance.now() >= claimAt && found.length === 0) {
      const words = [entries, GROUP, worker, idleMs, claimFrom, 'COUNT', counted(max)];
      const [next, some] = (await connection.client.callBuffer('xautoclaim', words)) as [
        string,
        (RawEntry | null)[],
      ];
      claimFrom = next.toString();
      if (claimFrom === '0-0') claimAt = performance.now() + claimEveryMs;
      keep(
        some.filter((entry) => entry !== null),
        true,
      );
    }
  };

  /** What nobody has had; waits for it on the server. */
  const readNew = async (max: number, waitMs: number): Promise<void> => {
    const ms = Math.ceil(Math.min(waitMs, BLOCK_MS, claimAt - performance.now()));
    isWaiting = ms > 0;
    try {
      // 0 would be for ever.
      keep(await readGroup(counted(max), '>', ms > 0 ? ms : undefined), false);
    } finally {
      isWaiting = false;
    }
  };

  const lookOnce = async (max: number, waitMs: number): Promise<void> => {
    await connection.tried;
    try {
      await withGroup(async () => {
        if (!connection.isUp()) throw new Error(connection.problem());
        forgetGiven(performance.now());
        if (reread) own = '0';
        reread = false;
        await readOwn(max);
        await claimIdle(max);
        if (found.length === 0) await readNew(max, waitMs);
      });
    } catch (error) {
      // The answer may be lost, but what it held is ours.
      reread = true;
      throw toBufferError(error, name);
    }
  };

  return {
    /**
     * Looks for entries, and waits on the server for at most `waitMs` when there are none. There is one look at a time:
     * whoever asks meanwhile gets the same; who cannot wait, and asks while the server waits, knows already.
     * @throws PushtechError `BUFFER_DOWN`
     */
    look(max: number, waitMs: number): Promise<void> {
      if (isWaiting && waitMs <= 0) return Promise.resolve();
      looking ??= lookOnce(max, waitMs).finally(() => {
        looking = undefined;
      });
      return looking;
    },
    hasFound: () => found.length > 0,
    /** What looks have found: at most `max`, and 1 MiB where that is more than one entry. */
    give(max: number): Found[] {
      const now = performance.now();
      // Nobody asked for a long time: others may have claimed them by now. What is still ours is found again.
      if (found.length > 0 && now - foundAt > idleMs / 2) {
        found = [];
        reread = true;
      }
      let room = TAKE_BYTES;
      const end = found.findIndex(({ bytes }, index) => {
        room -= bytes;
        return index === max || (index > 0 && room < 0);
      });
      const some = found.splice(0, end < 0 ? found.length : end);
      for (const { id } of some) given.set(id, now);
      return some;
    },
    acked: (id: string) => given.delete(id),
    close: connection.close,
  };
};

export type Reader = ReturnType<typeof createReader>;
