import type { Guard } from '@pushtech/admin';
import { honourErasures, type Log } from '@pushtech/log';
import type { Logger, Metrics, Service } from '@pushtech/service';
import type { Stats } from '@pushtech/stats';
import type { Store } from '@pushtech/store';
import { createCounts, observeBatches, showCounts } from './counts.ts';
import { createFollow } from './follow.ts';
import { createGoals } from './goals.ts';
import { lagByPartition } from './lag.ts';
import { ledgerRoute } from './routes/ledger.ts';
import { seriesRoute } from './routes/series.ts';
import { summaryRoute } from './routes/summary.ts';
import { topRoute } from './routes/top.ts';
import { createTakeBatch } from './take-batch.ts';

export interface StatsConsumerDeps {
  log: Log;
  stats: Stats;
  /** Where the goals are; without it none are counted. */
  store?: Pick<Store, 'goals'>;
  /** What topic `erased` names visitors by; the same in every service. */
  secretKey: string;
  guard: Guard;
  record: Logger;
  /** Epoch ms. */
  clock: () => number;
  metrics: Metrics;
}

/** How the newest heartbeat fared: one a minute goes the whole road, from a tracker's door to the counters. */
const showRoad = (metrics: Metrics, stats: Stats, clock: () => number): void => {
  // Of a minute that has not come yet: the road is told with every answer, and nothing is summed up for it.
  const road = async () => (await stats.ledger({ run: 'heartbeat', from: clock() + 60_000 })).road;
  metrics.gauge(
    'pushtech_stats_road_delay_seconds',
    'From the receipt of the newest heartbeat counted to its count.',
    async () => {
      const found = await road();
      return found && found.delayMs / 1000;
    },
  );
  metrics.gauge(
    'pushtech_stats_heartbeat_age_seconds',
    'Since the receipt of the newest heartbeat counted.',
    async () => {
      const found = await road();
      return found && (clock() - found.at) / 1000;
    },
  );
};

/** Counts what is on the log, and answers questions about it. Copies share the partitions. */
export const createStatsConsumer = ({
  log: whole,
  secretKey,
  stats,
  store,
  guard,
  record,
  clock,
  metrics,
}: StatsConsumerDeps): Service => {
  const log = honourErasures(whole, { secretKey, leave: 'numbers' });
  const counts = createCounts();
  showCounts(metrics, counts);
  metrics.gauges(
    'pushtech_stats_lag_records',
    'Records on the log that are not counted yet, by partition.',
    ['topic', 'partition'],
    () => lagByPartition(log, stats),
  );
  showRoad(metrics, stats, clock);
  const goals = store && createGoals({ store, record });
  const applied = observeBatches(metrics);
  const take = createTakeBatch({ log, stats, record, clock, counts, goals, applied });
  const follow = createFollow({ log, record, take });

  return {
    name: 'stats',
    async routes(app) {
      // Queries are read with zod by each route; the schemas given to fastify are for `/docs`.
      app.setValidatorCompiler(() => () => true);
      app.setSerializerCompiler(() => (data) => JSON.stringify(data));
      app.addHook('preHandler', guard.require('stats:read'));
      for (const route of [summaryRoute, seriesRoute, topRoute, ledgerRoute]) route(app, { stats, clock });
    },
    async start() {
      await goals?.start();
      await follow.start();
    },
    async status() {
      const counting = follow.problem();
      const reading = goals?.problem();
      return {
        degraded: [
          ...(counting === undefined ? [] : [`events are not being counted: ${counting}`]),
          ...(reading === undefined ? [] : [`changed goals are not noticed: ${reading}`]),
        ],
      };
    },
    async stop() {
      await follow.stop();
      await goals?.stop();
    },
    failed: follow.failed,
  };
};
