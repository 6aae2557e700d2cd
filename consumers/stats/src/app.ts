import type { Guard } from '@pushtech/admin';
import { topics } from '@pushtech/event';
import type { Log } from '@pushtech/log';
import type { Logger, Metrics, Service } from '@pushtech/service';
import type { Stats } from '@pushtech/stats';
import { createFollow } from './follow.ts';
import { ledgerRoute } from './routes/ledger.ts';
import { seriesRoute } from './routes/series.ts';
import { summaryRoute } from './routes/summary.ts';
import { topRoute } from './routes/top.ts';
import { type Counts, createTakeBatch } from './take-batch.ts';

export interface StatsConsumerDeps {
  log: Log;
  stats: Stats;
  guard: Guard;
  record: Logger;
  /** Epoch ms. */
  clock: () => number;
  metrics: Metrics;
}

const showCounts = (metrics: Metrics, counts: Counts): void => {
  metrics.counted('pushtech_stats_counted_events_total', 'Events counted.', () => counts.counted);
  metrics.counted('pushtech_stats_duplicate_events_total', 'Events known before.', () => counts.duplicates);
  metrics.counted('pushtech_stats_seeks_total', 'Batches refused for their position.', () => counts.seeks);
  metrics.counted(
    'pushtech_stats_parked_events_total',
    'Events parked as dead, by reason.',
    () => counts.parked,
    'reason',
  );
  metrics.counted(
    'pushtech_stats_unreadable_records_total',
    'Records of the books that make no sense, by topic.',
    () => counts.unreadable,
    'topic',
  );
};

/** Records on the log that are not in the counters yet. */
const lag = async (log: Log, stats: Stats): Promise<number> => {
  let records = 0;
  for (const topic of Object.values(topics)) {
    for (const { partition, start, end } of await log.ranges(topic)) {
      const position = (await stats.position(`${topic}/${partition}`)) ?? start;
      records += Math.max(0, end - Math.max(start, position));
    }
  }
  return records;
};

/** Counts what is on the log, and answers questions about it. Copies share the partitions. */
export const createStatsConsumer = ({
  log,
  stats,
  guard,
  record,
  clock,
  metrics,
}: StatsConsumerDeps): Service => {
  const counts: Counts = { counted: 0, duplicates: 0, seeks: 0, parked: new Map(), unreadable: new Map() };
  showCounts(metrics, counts);
  metrics.gauge('pushtech_stats_lag_records', 'Records on the log that are not counted yet.', () =>
    lag(log, stats),
  );
  const take = createTakeBatch({ log, stats, record, clock, counts });
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
    start: () => follow.start(),
    async status() {
      const problem = follow.problem();
      return { degraded: problem === undefined ? [] : [`events are not being counted: ${problem}`] };
    },
    stop: () => follow.stop(),
    failed: follow.failed,
  };
};
