import { Redis, type RedisOptions } from 'ioredis';
import type { RedisServer } from './url.ts';

const CONNECT_MS = 2000;
/** A command that takes longer has met a server, or a network, that is gone without a word. */
const COMMAND_MS = 2000;
const RETRY_MS = [50, 1000] as const;
/** The first attempt counts as failed after this long, also while the server still loads its data. */
const TRIED_MS = 2500;

export interface Connection {
  /** `host:port`. */
  name: string;
  client: Redis;
  /** Resolves when the first attempt to connect has worked or failed, after 2.5 s at the latest. */
  tried: Promise<void>;
  /** Runs commands and passes their answer or error on; without a connection it rejects at once and says why there is none. */
  call<T>(run: (client: Redis) => Promise<T>): Promise<T>;
  /** Whether commands can be sent right now. */
  isUp(): boolean;
  /** Why not, in words. */
  problem(): string | undefined;
  close(): Promise<void>;
}

const common = ({ host, port, tls, username, password, db }: RedisServer): RedisOptions => ({
  host,
  port,
  db,
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
  ...(tls && { tls: {} }),
  connectTimeout: CONNECT_MS,
  // What is half open does not answer a polite end either.
  disconnectTimeout: 200,
  keepAlive: 10_000,
  maxLoadingRetryTime: 500,
  // Our own retry is the only one. ioredis' queue has no bound, and what it sends again by itself would be there twice.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // 0, not null: with `null` and no resending, a command under way at a cut stays pending for ever (ioredis 6.0.0).
  maxRetriesPerRequest: 0,
  retryStrategy: (times) => Math.min(RETRY_MS[0] * 2 ** Math.min(times - 1, 10), RETRY_MS[1]),
});

/** Resolves at the first sign, good or bad. */
const firstSign = (client: Redis): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, TRIED_MS);
    const decided = (): void => {
      clearTimeout(timer);
      resolve();
    };
    client.once('ready', decided).once('error', decided).once('close', decided);
  });

const watch = (server: RedisServer, options: RedisOptions): Connection => {
  const client = new Redis({ ...common(server), ...options, replyMapping: 'legacy' });
  let problem = 'not connected yet';
  // Without a listener an error would end the process. Whoever sends a command hears of it anyway.
  client.on('error', (error: Error) => {
    problem = error.message || String(error);
  });
  client.on('ready', () => {
    problem = 'the connection was closed';
  });
  // Connected without being ready: it reads its data, or says nothing at all.
  client.on('connect', () => {
    problem = 'it took the connection, but is not ready yet';
  });
  const isUp = (): boolean => client.status === 'ready';
  const words = (): string | undefined => (isUp() ? undefined : `${server.name}: ${problem}`);

  return {
    name: server.name,
    client,
    tried: firstSign(client),
    async call(run) {
      if (!isUp()) throw new Error(words());
      return run(client);
    },
    isUp,
    problem: words,
    async close() {
      client.disconnect(false);
    },
  };
};

/**
 * For commands that answer at once. Fails fast: a command is refused while there is no connection, and rejected after
 * `commandMs`; a connection on which nothing came back for that long is made anew.
 */
export const connect = (server: RedisServer, commandMs: number = COMMAND_MS): Connection =>
  watch(server, { commandTimeout: commandMs, socketTimeout: commandMs });

/**
 * For commands that wait on the server (`BLOCK`): a connection of their own, since one that waits holds up all others.
 * A wait that the server does not end rejects, and the connection is made anew. ioredis' `blockingTimeout` is not it: it
 * resolves with "nothing came" 100 ms after the time, also when the answer lies in the socket and this process was busy,
 * and then throws away what the answer brings.
 * @param blockMs the longest wait that is asked for
 */
export const connectBlocking = (server: RedisServer, blockMs: number): Connection =>
  watch(server, { socketTimeout: blockMs + COMMAND_MS });

/** Resolves when the connection can be used, rejects after `ms`. */
export const whenUp = (connection: Connection, ms: number): Promise<void> =>
  new Promise((resolve, reject) => {
    if (connection.isUp()) return resolve();
    const timer = setTimeout(() => {
      connection.client.off('ready', ready);
      reject(new Error(connection.problem() ?? `${connection.name} does not answer`));
    }, ms);
    const ready = (): void => {
      clearTimeout(timer);
      resolve();
    };
    connection.client.once('ready', ready);
  });
