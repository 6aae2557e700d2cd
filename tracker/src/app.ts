import type { Guard } from '@pushtech/admin';
import type { Buffer as HitBuffer } from '@pushtech/buffer';
import type { Devices } from '@pushtech/device';
import { limits } from '@pushtech/event';
import type { Places } from '@pushtech/place';
import type { Logger, Metrics, ReadAddress, Service } from '@pushtech/service';
import type { FastifyInstance } from 'fastify';
import { allowAllOrigins } from './cors.ts';
import { degradedOf } from './degraded.ts';
import { gatherHits } from './gather-hits.ts';
import { createHeartbeat } from './heartbeat.ts';
import { countAll, observeAnswers } from './metrics.ts';
import { batchRoute } from './routes/batch.ts';
import { createPixel, pixelRoute } from './routes/pixel.ts';
import { redirectRoute } from './routes/redirect.ts';
import { robotsRoute } from './routes/robots.ts';
import { scriptRoute } from './routes/script.ts';
import { seeRoute } from './routes/see.ts';
import { noSpool, type Spool } from './spool/spool.ts';

export { openSpool, type Spool } from './spool/spool.ts';

export interface TrackerOptions {
  buffer: HitBuffer;
  /** Where hits go while the buffer is away; without one they wait in memory. */
  spool?: Spool;
  /** Between two hits of our own that measure the road; 0 = none, the default. */
  heartbeatSeconds?: number;
  /** Names of the script for pages beside `t.js`. */
  tagNames?: readonly string[];
  /** Paths that take hits beside `/t`. */
  trackPaths?: readonly string[];
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

/** Takes hits in and answers at once; all it needs to work is the buffer, and for a while not even that. */
export const createTracker = (options: TrackerOptions): Service => {
  const { buffer, spool = noSpool, heartbeatSeconds = 0, record, metrics, newId, clock } = options;
  const { tagNames = [], trackPaths = [] } = options;
  const gather = gatherHits({
    buffer,
    spool,
    newId,
    clock,
    warn: (facts, sentence) => record.warn(facts, sentence),
  });
  const deps = { ...options, gather, tagNames, trackPaths };
  const pixel = createPixel(deps);
  const heartbeat = createHeartbeat({ gather, newId, clock, seconds: heartbeatSeconds });
  const timed = observeAnswers(metrics, pixel);
  countAll(metrics, gather, spool, clock);

  return {
    name: 'tracker',
    fast: timed,
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
        allowAllOrigins(own, trackPaths);
        pixelRoute(own, pixel, trackPaths);
        batchRoute(own, deps);
        seeRoute(own, deps);
        redirectRoute(own, deps);
      });
      scriptRoute(app, deps);
      robotsRoute(app, deps);
    },
    async start() {
      gather.start();
      heartbeat.start();
    },
    status: async () => ({ degraded: degradedOf(gather, spool, clock()) }),
    stop() {
      heartbeat.stop();
      return gather.stop();
    },
  };
};
