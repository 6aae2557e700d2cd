import type { Guard } from '@pushtech/admin';
import type { Buffer } from '@pushtech/buffer';
import { newId as newUuid, topics } from '@pushtech/event';
import { createFollower, honourErasures, type Log } from '@pushtech/log';
import type { Logger, Metrics, Service } from '@pushtech/service';
import type { Stats } from '@pushtech/stats';
import { createLinks, type Links, registerLook, speechFor } from '@pushtech/ui';
import { createAudience } from './audience.ts';
import { createDead } from './dead/routes.ts';
import { livePage } from './live-page.ts';
import { assets, createScreens, wantsPage } from './screen.ts';
import { createStream } from './stream.ts';
import { traceRoutes } from './trace/routes.ts';
import type { ViewerCounts } from './viewer.ts';

export interface KafidxDeps {
  log: Log;
  /** What topic `erased` names visitors by; the same in every service. */
  secretKey: string;
  guard: Guard;
  record: Logger;
  metrics: Metrics;
  /** Epoch ms. */
  clock: () => number;
  /** Where replayed hits go. Without it dead letters can be looked at only. */
  buffer?: Buffer;
  /** Asked whether an event was counted. Without it a trace says that it cannot tell. */
  stats?: Stats;
  /** Default: all services have one address. */
  links?: Links;
  newId?: () => string;
}

const addMetrics = (
  metrics: Metrics,
  counts: ViewerCounts,
  viewers: () => number,
  unreadable: () => number,
): void => {
  metrics.gauge('pushtech_kafidx_viewers', 'Browsers that look at the live stream.', viewers);
  metrics.counted('pushtech_kafidx_shown_rows_total', 'Rows sent to viewers.', () => counts.shown);
  metrics.counted(
    'pushtech_kafidx_skipped_rows_total',
    'Rows viewers lost, by reason.',
    () => counts.skipped,
    'reason',
    ['slow', 'sampled'],
  );
  metrics.counted('pushtech_kafidx_unreadable_records_total', 'Records that are no JSON object.', unreadable);
};

/**
 * The live view of the log, the trace of one event, and the dead letters. Shows, never stores and never commits; what it
 * writes are replayed hits, into the buffer.
 */
export const createKafidx = (given: KafidxDeps): Service => {
  // Who was erased is shown to nobody: all that is read here is read through this.
  const deps = { ...given, log: honourErasures(given.log, { secretKey: given.secretKey, leave: 'trace' }) };
  const { log, guard, record, metrics, clock, links = createLinks(''), newId = newUuid } = deps;
  const counts: ViewerCounts = { shown: 0, skipped: new Map() };
  const audience = createAudience(clock);
  const feed = createFollower({
    log,
    topics: [topics.events, topics.dead],
    handle: audience.take,
    failed(error) {
      record.warn({ err: error }, 'The log cannot be read; viewers wait.');
      audience.tell({
        error: { code: 'log_down', message: 'The log cannot be read just now; trying again.' },
      });
    },
  });
  const stream = createStream({ guard, audience, feed, counts, clock });
  const dead = createDead({ ...deps, links, newId });
  const send = createScreens({ guard, links });
  addMetrics(metrics, counts, () => audience.size, audience.unreadable);

  return {
    name: 'kafidx',
    async routes(app) {
      registerLook(app);
      assets.register(app);
      const schema = { tags: ['kafidx'], summary: 'The live viewer: a page, or for programs what it shows.' };
      app.get('/kafidx', { schema, preHandler: guard.require('stream:read') }, async (request, reply) => {
        reply.header('vary', 'accept');
        if (wantsPage(request)) {
          return send(request, reply, livePage(speechFor(request.raw).words, links));
        }
        return {
          stream: stream.path,
          topics: [topics.events, topics.dead],
          viewers: audience.size,
          rate: audience.rate(),
        };
      });
      app.get(stream.path, { preHandler: guard.require('stream:read') }, async (_request, reply) =>
        reply
          .code(426)
          .header('upgrade', 'websocket')
          .send({ error: 'upgrade', message: 'This is a websocket.' }),
      );
      traceRoutes(app, { ...deps, links, send });
      dead.routes(app, send);
    },
    upgrade: stream.upgrade,
    async start() {},
    async status() {
      const problem = feed.problem();
      return { degraded: problem === undefined ? [] : [problem] };
    },
    async stop() {
      await Promise.all([stream.stop(), dead.stop()]);
      await feed.end();
    },
  };
};
