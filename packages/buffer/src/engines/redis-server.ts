import { connect, isDown, type Redis, type RedisServer, watchDurability } from '@pushtech/redis';
import type { BufferStatus } from '../buffer.ts';
import { bufferError } from '../errors.ts';
import type { BufferOptions } from '../open.ts';
import { type Field, packBody } from './redis-body.ts';
import {
  ackScript,
  addScript,
  COUNT_SCRIPT,
  createGroup,
  GROUP,
  type Keys,
  SCRIPT_BYTES,
  statusScript,
} from './redis-scripts.ts';

/** How long a server that refused to work is asked last. */
const REST_MS = 1000;
/** Entries that one script call acknowledges. */
const ACK_IDS = 200;

/** What an ack needs to know of an entry. */
export interface EntryRef {
  /** Of the stream. */
  id: string;
  bytes: number;
}

/** Names Redis' errors in the port's words. */
export const toBufferError = (error: unknown, name: string): unknown => {
  // What aborted a transaction stands behind the sentence that it was aborted.
  const cause = (error as { previousErrors?: Error[] }).previousErrors?.[0] ?? error;
  const { message } = cause as Error;
  if (!isDown(cause)) return cause;
  return bufferError('BUFFER_DOWN', message.startsWith(name) ? message : `${name}: ${message}`, cause);
};

export interface ServerOptions {
  keys: Keys;
  maxBytes: number;
  warn: BufferOptions['warn'];
}

/** One of the servers that hold the buffer: everything but taking. */
export const createServer = (server: RedisServer, { keys, maxBytes, warn }: ServerOptions) => {
  const connection = connect(server);
  const { name } = connection;
  const both = [keys.entries, keys.bytes];
  let restUntil = 0;
  /** Acknowledged while the server was away; told to it when it is back. */
  const owed = new Map<string, EntryRef>();
  if (warn) watchDurability(connection, warn);

  const guarded = async <T>(run: Parameters<typeof connection.call<T>>[0]): Promise<T> => {
    try {
      return await connection.call(run);
    } catch (error) {
      throw toBufferError(error, name);
    }
  };

  /** The whole script each time, 0.4 kB: a server that lost it would have kept an entry without counting it. */
  const addLarge = async (client: Redis, [name, value]: Field, size: number): Promise<unknown> => {
    const transaction = client.multi().xadd(keys.entries, '*', name, value);
    const answers = await transaction.eval(COUNT_SCRIPT, 2, ...both, size, maxBytes).exec();
    const error = answers?.find(([failed]) => failed)?.[0];
    if (error) throw error;
    return answers?.[1]?.[1];
  };

  const add = (client: Redis, body: string): Promise<unknown> => {
    const size = Buffer.byteLength(body);
    const field = packBody(body, size);
    return field[1].length > SCRIPT_BYTES
      ? addLarge(client, field, size)
      : addScript(client, both, [size, maxBytes, ...field]);
  };

  const append = async (body: string): Promise<void> => {
    const kept = await guarded((client) => add(client, body)).catch((error) => {
      restUntil = performance.now() + REST_MS;
      throw error;
    });
    if (kept !== 1)
      throw bufferError('BUFFER_FULL', `${name} holds ${maxBytes} bytes of the buffer at the most`);
    restUntil = 0;
  };

  const ack = async (refs: readonly EntryRef[]): Promise<void> => {
    for (let at = 0; at < refs.length; at += ACK_IDS) {
      const some = refs.slice(at, at + ACK_IDS).flatMap(({ id, bytes }) => [id, bytes]);
      await guarded((client) => ackScript(client, both, [GROUP, ...some]));
    }
  };

  const payOwed = async (): Promise<void> => {
    const refs = [...owed.values()];
    await ack(refs);
    for (const { id } of refs) owed.delete(id);
  };
  connection.client.on('ready', () => {
    // When memory is full no group can be made: the first worker would find one too late to make room.
    void createGroup(connection.client, keys.entries).catch(() => {});
    // What fails now is paid at the next return of the server; until then the entries are redelivered at the worst.
    void payOwed().catch(() => {});
  });

  return {
    name,
    tried: connection.tried,
    isUp: connection.isUp,
    problem: connection.problem,
    /** Higher = less hope that it takes an append: asked later. */
    trouble: (): number => (!connection.isUp() ? 2 : restUntil > performance.now() ? 1 : 0),
    /** @throws PushtechError `BUFFER_FULL`, `BUFFER_DOWN` */
    append,
    /** @throws PushtechError `BUFFER_DOWN` */
    ack,
    /** Keeps acks for the time when the server is back. */
    owe(refs: readonly EntryRef[]): void {
      for (const ref of refs) owed.set(ref.id, ref);
    },
    async status(): Promise<BufferStatus> {
      const answer = await guarded((client) => statusScript(client, both, []));
      const [entries, bytes, oldest] = answer as [number, string, string];
      const status = { entries, bytes: Number(bytes), maxBytes };
      return oldest === '' ? status : { ...status, oldestAt: Number.parseInt(oldest, 10) };
    },
    close: connection.close,
  };
};

export type Server = ReturnType<typeof createServer>;
