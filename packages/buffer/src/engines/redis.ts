import { isPushtechError } from '@pushtech/event';
import { numberOption, parseRedisUrl } from '@pushtech/redis';
import type { Buffer, BufferStatus, Entry, TakeOptions } from '../buffer.ts';
import { bufferError } from '../errors.ts';
import type { BufferOptions } from '../open.ts';
import { createReader, type Found, type Reader } from './redis-reader.ts';
import { keysOf } from './redis-scripts.ts';
import { createServer, type EntryRef, type Server } from './redis-server.ts';

/** A take ends this long after its time also when a server says nothing at all. */
const GRACE_MS = 2000;

/** An entry's id names its server, so that an ack finds it, and its size, so that nothing has to be read to be deleted. */
const toEntry = ({ id, body, bytes, redelivered }: Found, place: string): Entry => ({
  id: `${id}:${bytes}@${place}`,
  body,
  redelivered,
});

const readId = (id: string): { ref: EntryRef; place: string } | undefined => {
  const [, stream, bytes, place] = /^(\d+-\d+):(\d+)@(.+)$/.exec(id) ?? [];
  if (stream === undefined || place === undefined) return undefined;
  return { ref: { id: stream, bytes: Number(bytes) }, place };
};

/** Resolves when the first of them has failed or worked out for good, or all have; never rejects. */
const untilOneIsUp = async (servers: readonly Server[]): Promise<void> => {
  const up = servers.map(async (server) => {
    await server.tried;
    if (!server.isUp()) throw new Error(server.problem());
  });
  await Promise.any(up).catch(() => {});
};

const sum = (all: readonly BufferStatus[]): BufferStatus => {
  const oldest = all.flatMap(({ oldestAt }) => oldestAt ?? []);
  return {
    entries: all.reduce((n, one) => n + one.entries, 0),
    bytes: all.reduce((n, one) => n + one.bytes, 0),
    maxBytes: all.reduce((n, one) => n + one.maxBytes, 0),
    ...(oldest.length > 0 && { oldestAt: Math.min(...oldest) }),
  };
};

/** A full buffer says more than one that is away: it is there, and an operator has to look. */
const worst = (errors: readonly unknown[]): unknown =>
  errors.find((error) => !isPushtechError(error)) ??
  errors.find((error) => isPushtechError(error, 'BUFFER_FULL')) ??
  bufferError('BUFFER_DOWN', errors.map((error) => (error as Error).message).join('; '), errors[0]);

/**
 * The buffer in Redis Streams, on one server or several: appends go to the first that takes them, takes read all.
 * Options: `?prefix=`, `?maxBytes=` (1 GiB on each server), `?idleMs=` (15 s).
 */
export const openRedisBuffer = async (url: string, { warn }: BufferOptions): Promise<Buffer> => {
  const { servers: list, options, prefix } = parseRedisUrl(url);
  const maxBytes = numberOption(options, 'maxBytes', 1024 ** 3);
  const idleMs = numberOption(options, 'idleMs', 15_000);
  const keys = keysOf(prefix);
  const nodes = list.map((server) => ({
    place: `${server.name}/${server.db}`,
    address: server,
    server: createServer(server, { keys, maxBytes, warn }),
    readers: new Map<string, Reader>(),
  }));
  const servers = nodes.map(({ server }) => server);
  const closing = new AbortController();
  let turn = 0;
  /** Appends and acks under way: a close waits for them. */
  const underWay = new Set<Promise<unknown>>();

  /** Every method runs in here. */
  const guarded = async <T>(method: () => Promise<T>): Promise<T> => {
    if (closing.signal.aborted) throw bufferError('BUFFER_CLOSED', 'the buffer is closed');
    const run = method();
    const settled: Promise<unknown> = run.catch(() => {}).finally(() => underWay.delete(settled));
    underWay.add(settled);
    return run;
  };

  const append = async (body: string): Promise<void> => {
    const order = servers.length === 1 ? servers : servers.toSorted((a, b) => a.trouble() - b.trouble());
    const errors: unknown[] = [];
    for (const server of order) {
      try {
        return await server.append(body);
      } catch (error) {
        errors.push(error);
      }
    }
    throw worst(errors);
  };

  const readersOf = (worker: string): { place: string; reader: Reader }[] =>
    nodes.map(({ place, address, readers }) => {
      const reader =
        readers.get(worker) ?? createReader(address, { entries: keys.entries, worker, idleMs, warn });
      readers.set(worker, reader);
      return { place, reader };
    });

  const take = async ({ worker, max, waitMs, signal }: TakeOptions): Promise<Entry[]> => {
    if (max < 1 || signal?.aborted) return [];
    turn = (turn + 1) % nodes.length;
    const readers = readersOf(worker);
    // Another one comes first each time: a server with much in hand does not starve the others.
    const all = [...readers.slice(turn), ...readers.slice(0, turn)];
    const deadline = performance.now() + waitMs;
    const give = (): Entry[] => {
      const given: Entry[] = [];
      for (const { place, reader } of all) {
        given.push(...reader.give(max - given.length).map((one) => toEntry(one, place)));
      }
      return given;
    };
    const over = new AbortController();
    /** One server's share of the take: a server that is away, or says nothing, holds up no other. */
    const watch = async ({ reader }: { reader: Reader }): Promise<void> => {
      do {
        const left = deadline - performance.now();
        await reader.look(max, left);
        if (reader.hasFound()) return over.abort();
      } while (!over.signal.aborted && performance.now() < deadline);
    };
    const already = give();
    if (already.length > 0) return already;
    const outcomes = await untilOver(Promise.allSettled(all.map(watch)), over, waitMs, signal);
    const entries = give();
    if (entries.length > 0 || !outcomes || closing.signal.aborted) return entries;
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    if (errors.length === all.length) throw worst(errors);
    return [];
  };

  /** Waits for `work`; until `over`, the signal, a close, or some time after `waitMs` it may go on without us. */
  const untilOver = async <T>(
    work: Promise<T>,
    over: AbortController,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<T | undefined> => {
    const ended = Promise.withResolvers<undefined>();
    const end = (): void => {
      over.abort();
      ended.resolve(undefined);
    };
    over.signal.addEventListener('abort', end);
    closing.signal.addEventListener('abort', end);
    signal?.addEventListener('abort', end);
    const timer = setTimeout(end, waitMs + GRACE_MS);
    try {
      return await Promise.race([work, ended.promise]);
    } finally {
      clearTimeout(timer);
      over.abort();
      closing.signal.removeEventListener('abort', end);
      signal?.removeEventListener('abort', end);
    }
  };

  const ack = async (ids: readonly string[]): Promise<void> => {
    const known = ids.flatMap((id) => readId(id) ?? []);
    const errors: unknown[] = [];
    const ackOn = async ({ place, server, readers }: (typeof nodes)[number]): Promise<void> => {
      const refs = known.filter((one) => one.place === place).map(({ ref }) => ref);
      if (refs.length === 0) return;
      try {
        await server.ack(refs);
        for (const reader of readers.values()) for (const { id } of refs) reader.acked(id);
      } catch (error) {
        // The worker goes on with what the other servers have.
        const hasOthers = servers.some((other) => other !== server && other.isUp());
        if (isPushtechError(error, 'BUFFER_DOWN') && hasOthers) server.owe(refs);
        else errors.push(error);
      }
    };
    await Promise.all(nodes.map(ackOn));
    if (errors.length > 0) throw worst(errors);
  };

  const status = async (): Promise<BufferStatus> => {
    const outcomes = await Promise.allSettled(servers.map((server) => server.status()));
    const known = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    const wrong = errors.find((error) => !isPushtechError(error));
    if (known.length === 0 || wrong) throw worst(errors);
    return sum(known);
  };

  await untilOneIsUp(servers);
  return {
    append: (body) => guarded(() => append(body)),
    take: (wanted) => guarded(() => take(wanted)),
    ack: (ids) => guarded(() => ack(ids)),
    status: () => guarded(status),
    async close() {
      closing.abort();
      await Promise.all(underWay);
      const readers = nodes.flatMap((node) => [...node.readers.values()]);
      await Promise.all([...servers, ...readers].map((one) => one.close()));
    },
  };
};
