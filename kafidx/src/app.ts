import { type Guard, signOutButton } from '@pushtech/admin';
import { topics } from '@pushtech/event';
import type { Log } from '@pushtech/log';
import type { Logger, Metrics, Service } from '@pushtech/service';
import { type NavLink, registerLook, sendPage } from '@pushtech/ui';
import { createAudience } from './audience.ts';
import { createFeed } from './feed.ts';
import { liveAssets, livePage } from './page.ts';
import { createStream } from './stream.ts';
import type { ViewerCounts } from './viewer.ts';

export interface KafidxDeps {
  log: Log;
  guard: Guard;
  record: Logger;
  metrics: Metrics;
  /** Epoch ms. */
  clock: () => number;
  /** Links in the page's top bar. */
  nav?: readonly NavLink[];
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
  );
  metrics.counted('pushtech_kafidx_unreadable_records_total', 'Records that are no JSON object.', unreadable);
};

/** The live websocket view of the log: shows, never stores and never commits. */
export const createKafidx = (deps: KafidxDeps): Service => {
  const { log, guard, record, metrics, clock, nav = [{ href: '/kafidx', text: 'Live' }] } = deps;
  const counts: ViewerCounts = { shown: 0, skipped: new Map() };
  const audience = createAudience(clock);
  const feed = createFeed({
    log,
    take: audience.take,
    failed(error) {
      record.warn({ err: error }, 'The log cannot be read; viewers wait.');
      audience.tell({
        error: { code: 'log_down', message: 'The log cannot be read just now; trying again.' },
      });
    },
  });
  const stream = createStream({ guard, audience, feed, counts, clock });
  addMetrics(metrics, counts, () => audience.size, audience.unreadable);

  return {
    name: 'kafidx',
    async routes(app) {
      registerLook(app);
      liveAssets.register(app);
      const schema = { tags: ['kafidx'], summary: 'The live viewer: a page, or for programs what it shows.' };
      app.get('/kafidx', { schema, preHandler: guard.require('stream:read') }, async (request, reply) => {
        reply.header('vary', 'accept');
        if ((request.headers.accept ?? '').includes('text/html')) {
          const aside = signOutButton(guard.csrfToken(request.raw));
          return sendPage(reply, livePage({ nav, aside }));
        }
        const { events, dead } = audience.rate();
        return {
          stream: stream.path,
          topics: [topics.events, topics.dead],
          viewers: audience.size,
          rate: { events, dead },
        };
      });
      app.get(stream.path, { preHandler: guard.require('stream:read') }, async (_request, reply) =>
        reply
          .code(426)
          .header('upgrade', 'websocket')
          .send({ error: 'upgrade', message: 'This is a websocket.' }),
      );
    },
    upgrade: stream.upgrade,
    async start() {},
    async status() {
      const problem = feed.problem();
      return { degraded: problem === undefined ? [] : [problem] };
    },
    async stop() {
      await stream.stop();
      await feed.end();
    },
  };
};
