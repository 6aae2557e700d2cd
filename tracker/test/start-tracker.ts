import { createGuard } from '@pushtech/admin';
import { type Buffer as HitBuffer, openBuffer } from '@pushtech/buffer';
import { createDevices } from '@pushtech/device';
import { decodeHitBatch, type Hit, type HitBatchHeader, newId } from '@pushtech/event';
import { openPlaces } from '@pushtech/place';
import { createHost, createLogger, createMetrics, createReadAddress } from '@pushtech/service';
import { createTracker, type Spool } from '../src/app.ts';

export const SECRET_KEY = 'a key that only the tests know of, 32+';
export const API_TOKEN = 'token-of-the-tests';

export interface StartOptions {
  bufferUrl?: string;
  /** Instead of the one that `bufferUrl` names. */
  buffer?: HitBuffer;
  spool?: Spool;
  heartbeatSeconds?: number;
  tagNames?: string[];
  trackPaths?: string[];
  trustedProxies?: string[];
  password?: string;
  clock?: () => number;
}

/** A tracker on a real socket and a real buffer. */
export const startTracker = async (options: StartOptions = {}) => {
  const clock = options.clock ?? Date.now;
  const record = createLogger('silent', 'test');
  const metrics = createMetrics();
  const buffer = options.buffer ?? (await openBuffer(options.bufferUrl ?? 'sqlite::memory:'));
  const places = await openPlaces({ cityPath: '/nowhere/at-all.mmdb', warn: () => {} });
  const guard = createGuard({
    password: options.password ?? '',
    apiToken: API_TOKEN,
    secretKey: SECRET_KEY,
    clock,
  });
  const tracker = createTracker({
    buffer,
    ...(options.spool && { spool: options.spool }),
    heartbeatSeconds: options.heartbeatSeconds ?? 0,
    tagNames: options.tagNames ?? [],
    trackPaths: options.trackPaths ?? [],
    places,
    devices: createDevices(),
    guard,
    secretKey: SECRET_KEY,
    readAddress: createReadAddress(options.trustedProxies ?? []),
    record,
    metrics,
    newId,
    clock,
  });
  const host = await createHost({ services: [tracker], routes: [guard.routes], record, metrics });
  const { url, port } = await host.listen({ host: '127.0.0.1', port: 0 });

  return {
    url,
    port,
    buffer,
    host,
    metrics,
    /** All that lies in the buffer now, read and acknowledged. */
    async drain() {
      const hits: Hit[] = [];
      const headers: HitBatchHeader[] = [];
      for (;;) {
        const entries = await buffer.take({ worker: 'test', max: 100, waitMs: 60 });
        if (entries.length === 0) break;
        for (const { body } of entries) {
          const { header, lines } = decodeHitBatch(body);
          headers.push(header);
          hits.push(...lines.map((line) => JSON.parse(line) as Hit));
        }
        await buffer.ack(entries.map(({ id }) => id));
      }
      const dropped = headers.flatMap((header) => header.dropped);
      const received = headers.flatMap((header) => header.received).reduce((sum, { n }) => sum + n, 0);
      return { hits, headers, dropped, received };
    },
    async close() {
      await host.close();
      await buffer.close();
      await places.close();
    },
  };
};

export type Started = Awaited<ReturnType<typeof startTracker>>;
