// What the tests of the Redis engine's own promises need alike.
import { type PrivateRedis, startRedisServer } from '@pushtech/redis/testing';
import { onTestFinished } from 'vitest';
import { type Buffer, type BufferOptions, type Entry, openBuffer } from '../../src/index.ts';

/** A server of the test's own; gone when the test ends. */
export const ownServer = async (settings: readonly string[] = []): Promise<PrivateRedis> => {
  const server = await startRedisServer(settings);
  onTestFinished(() => server.dispose());
  return server;
};

/** A handle that is closed when the test ends. */
export const open = async (url: string, options?: BufferOptions): Promise<Buffer> => {
  const buffer = await openBuffer(url, options);
  onTestFinished(() => buffer.close());
  return buffer;
};

export const idsOf = (entries: readonly Entry[]): string[] => entries.map(({ id }) => id);
export const bodiesOf = (entries: readonly Entry[]): string[] => entries.map(({ body }) => body);

/** Takes as the enricher does, whatever fails, until `enough` says so; gives the bodies in order, redeliveries included. */
export const work = async (
  buffer: Buffer,
  enough: (bodies: readonly string[]) => boolean,
  { worker = 'w', forMs = 20_000 } = {},
): Promise<string[]> => {
  const bodies: string[] = [];
  const deadline = performance.now() + forMs;
  while (!enough(bodies) && performance.now() < deadline) {
    const entries = await buffer.take({ worker, max: 10, waitMs: 500 }).catch(() => undefined);
    if (!entries) await new Promise((resolve) => setTimeout(resolve, 50));
    bodies.push(...bodiesOf(entries ?? []));
    // An ack that fails is repeated by nobody here: at worst the entry comes again.
    await buffer.ack(idsOf(entries ?? [])).catch(() => {});
  }
  return bodies;
};

export const failure = async (run: Promise<unknown>): Promise<{ error: unknown; ms: number }> => {
  const begun = performance.now();
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, ms: performance.now() - begun };
};
