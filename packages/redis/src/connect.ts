import { Redis, type RedisOptions } from 'ioredis';
import type { RedisServer } from './url.ts';

const CONNECT_MS = 5000;
/** A command that takes longer has met a server, or a network, that is gone without a word. */
const COMMAND_MS = 2000;
const RETRY_MS = [50, 1000] as const;

export interface Connection {
  /** `host:port`. */
  name: string;
  client: Redis;
  /** Runs commands and passes their answer or error on. After a timeout the connection is made anew. */
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
  keepAlive: 10_000,
  // Our own retry is the only one. ioredis' queue has no bound, and what it sends again by itself would be there twice.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // 0, not null: with `null` and no resending, a command under way at a cut stays pending for ever (ioredis 6.0.0).
  maxRetriesPerRequest: 0,
  retryStrategy: (times) => Math.min(RETRY_MS[0] * 2 ** Math.min(times - 1, 10), RETRY_MS[1]),
});

const isTimeout = (error: unknown): boolean => /timed? ?out/i.test((error as Error).message);

const watch = (server: RedisServer, options: RedisOptions): Connection => {
  const client = new Redis({ ...common(server), ...options, replyMapping: 'legacy' });
  let problem: string | undefined = 'not connected yet';
  let closed = false;
  // Without a listener an error would end the process. Whoever sends a command hears of it anyway.
  client.on('error', (error: Error) => {
    problem = error.message || String(error);
  });
  client.on('close', () => {
    problem ??= 'the connection was closed';
  });
  client.on('ready', () => {
    problem = undefined;
  });

  return {
    name: server.name,
    client,
    async call(run) {
      try {
        return await run(client);
      } catch (error) {
        // A half-open connection looks alive for ever: only a new one tells.
        if (isTimeout(error) && !closed) client.disconnect(true);
        throw error;
      }
    },
    isUp: () => client.status === 'ready',
    problem: () => problem && `${server.name}: ${problem}`,
    async close() {
      if (closed) return;
      closed = true;
      client.disconnect(false);
    },
  };
};

/** For commands that answer at once. Fails fast: a command is refused while there is no connection. */
export const connect = (server: RedisServer, commandMs: number = COMMAND_MS): Connection =>
  watch(server, { commandTimeout: commandMs });

/**
 * For commands that wait on the server (`BLOCK`): a connection of their own, since one that waits holds up all others.
 * @param blockMs the longest wait that is asked for
 */
export const connectBlocking = (server: RedisServer, blockMs: number): Connection =>
  watch(server, { blockingTimeout: blockMs + COMMAND_MS });

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
