import type { Guard } from '@pushtech/admin';
import type { Buffer as HitBuffer } from '@pushtech/buffer';
import type { Devices } from '@pushtech/device';
import { limits } from '@pushtech/event';
import type { Places } from '@pushtech/place';
import type { Logger, Metrics, ReadAddress, Service } from '@pushtech/service';
import type { FastifyInstance } from 'fastify';
import { allowAllOrigins } from './cors.ts';
import { gatherHits } from './gather-hits.ts';
import { batchRoute } from './routes/batch.ts';
import { createPixel, pixelRoute } from './routes/pixel.ts';
import { redirectRoute } from './routes/redirect.ts';
import { robotsRoute } from './routes/robots.ts';
import { seeRoute } from './routes/see.ts';

export interface TrackerOptions {
  buffer: HitBuffer;
  places: Places;
  devices: Devices;
  guard: Guard;
  /** Signs click-through targets. */
  secretKey: string;
  readAddress: ReadAddress;
  record: Logger;
  metrics: Metrics;
  newId: () => string;
  /** Epoch ms. */
  clock: () => number;
}

/** Takes hits in and answers at once; all it needs to work is the buffer. */
export const createTracker = (options: TrackerOptions): Service => {
  const { buffer, record, metrics, newId, clock } = options;
  const gather = gatherHits({
    buffer,
    newId,
    clock,
    warn: (facts, sentence) => record.warn(facts, sentence),
  });
  const deps = { ...options, gather };
  const pixel = createPixel(deps);
  countHits(metrics, gather);

  return {
    name: 'tracker',
    fast: pixel,
    routes: async (app: FastifyInstance) => {
      await app.register(async (own) => {
        own.removeAllContentTypeParsers();
        own.addContentTypeParser(
          '*',
          { parseAs: 'buffer', bodyLimit: limits.bodyBytes },
          (_request, body, done) => done(null, body),
        );
        // Routes describe themselves for /docs; what comes in is checked by our own rules, which also name the field.
        own.setValidatorCompiler(() => () => true);
        allowAllOrigins(own);
        pixelRoute(own, pixel);
        batchRoute(own, deps);
        seeRoute(own, deps);
        redirectRoute(own, deps);
      });
      robotsRoute(app);
    },
    async start() {},
    async status() {
      const problem = gather.problem();
      return { degraded: problem ? [`the buffer takes no hits: ${problem}`] : [] };
    },
    stop: () => gather.stop(),
  };
};

const countHits = (metrics: Metrics, gather: ReturnType<typeof gatherHits>): void => {
  metrics.counted(
    'pushtech_tracker_hits_received_total',
    'Hits that came to the door.',
    () => gather.counts.received,
  );
  metrics.counted('pushtech_tracker_hits_accepted_total', 'Hits taken.', () => gather.counts.accepted);
  metrics.counted(
    'pushtech_tracker_hits_refused_total',
    'Hits refused, by reason.',
    () => gather.counts.refused,
    'reason',
  );
  metrics.gauge('pushtech_tracker_waiting_bytes', 'Hits in memory that wait for the buffer.', () =>
    gather.waitingBytes(),
  );
};
