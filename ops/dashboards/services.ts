import type { Dashboard, Panel } from './dashboard.ts';
import { CHOSEN, p99, rateOf, requests, resources } from './shared-rows.ts';

const byInstance = '{{instance}}';

const waiting: Panel = {
  title: 'Memory and spool',
  description: 'Hits in memory (32 MiB at the most) and on disk, and what the spool may take.',
  unit: 'bytes',
  queries: [
    [`pushtech_tracker_waiting_bytes{${CHOSEN}}`, `memory ${byInstance}`],
    [`pushtech_tracker_spool_bytes{${CHOSEN}}`, `spool ${byInstance}`],
    [`pushtech_tracker_spool_max_bytes{${CHOSEN}}`, `spool may take ${byInstance}`],
  ],
};

const spool: Panel = {
  title: 'Through the spool',
  description:
    'Batches to the spool and from there to the buffer each second, what waits there, and what was lost.',
  unit: 'short',
  queries: [
    [`sum(${rateOf('pushtech_tracker_spooled_total')})`, 'to the spool'],
    [`sum(${rateOf('pushtech_tracker_spool_drained_total')})`, 'from the spool'],
    [`sum(pushtech_tracker_spool_records{${CHOSEN}})`, 'waiting'],
    [`sum by (reason) (${rateOf('pushtech_tracker_spool_lost_total')})`, 'lost: {{reason}}'],
  ],
};

export const trackerDashboard: Dashboard = {
  uid: 'tracker',
  title: 'tracker',
  description: 'Pixels and batches, how fast they are answered, and where hits wait.',
  chosenBy: 'pushtech_tracker_hits_received_total',
  rows: [
    {
      title: 'Hits',
      panels: [
        {
          title: 'Pixels and batches',
          description: 'Requests each second: pixels, and POST of one or many events.',
          unit: 'reqps',
          queries: [
            [`sum(${rateOf('pushtech_tracker_pixels_total')})`, 'pixels'],
            [`sum(${rateOf('pushtech_http_requests_total', 'method="POST", route="/t"')})`, 'batches'],
          ],
        },
        {
          title: 'Hits',
          description: 'Hits each second: that came, that were taken, that were refused and why.',
          unit: 'ops',
          queries: [
            [`sum(${rateOf('pushtech_tracker_hits_received_total')})`, 'came in'],
            [`sum(${rateOf('pushtech_tracker_hits_accepted_total')})`, 'taken'],
            [`sum by (reason) (${rateOf('pushtech_tracker_hits_refused_total')})`, 'refused: {{reason}}'],
          ],
        },
        {
          title: 'Pixel, inside the process',
          description: 'From the request to the answer handed to the system; every 16th pixel is measured.',
          unit: 's',
          queries: [
            [p99('pushtech_tracker_answer_seconds', 'instance'), `p99 ${byInstance}`],
            [
              `sum(${rateOf('pushtech_tracker_answer_seconds_sum')}) / sum(${rateOf('pushtech_tracker_answer_seconds_count')})`,
              'mean',
            ],
          ],
        },
        waiting,
        spool,
        {
          title: 'Oldest in the spool',
          description: 'Age of the oldest batch on disk; 0 = the spool is empty.',
          unit: 's',
          queries: [[`pushtech_tracker_spool_oldest_seconds{${CHOSEN}}`, byInstance]],
        },
      ],
    },
    requests,
    resources,
  ],
};

export const enricherDashboard: Dashboard = {
  uid: 'enricher',
  title: 'enricher',
  description: 'How hits become events, what does not, and how the log takes them.',
  chosenBy: 'pushtech_enricher_events_kept_total',
  rows: [
    {
      title: 'Events',
      panels: [
        {
          title: 'Kept, dropped, dead',
          description: 'What became of hits, each second.',
          unit: 'ops',
          queries: [
            [`sum(${rateOf('pushtech_enricher_events_kept_total')})`, 'kept'],
            [`sum by (reason) (${rateOf('pushtech_enricher_hits_dropped_total')})`, 'dropped: {{reason}}'],
            [`sum by (reason) (${rateOf('pushtech_enricher_hits_dead_total')})`, 'dead: {{reason}}'],
          ],
        },
        {
          title: 'Entries',
          description: 'Buffer entries taken each second, those some worker had before, and those that wait.',
          unit: 'short',
          queries: [
            [`sum(${rateOf('pushtech_enricher_entries_taken_total')})`, 'taken'],
            [`sum(${rateOf('pushtech_enricher_entries_redelivered_total')})`, 'redelivered'],
            [`max(pushtech_enricher_waiting_entries{${CHOSEN}})`, 'waiting'],
          ],
        },
        {
          title: 'Waiting in the buffer',
          description: 'Bytes that are no events yet; at 1 GiB the buffer refuses.',
          unit: 'bytes',
          queries: [[`max(pushtech_enricher_waiting_bytes{${CHOSEN}})`, 'bytes']],
        },
        {
          title: 'Oldest in the buffer',
          description: 'Age of the oldest entry; rising means too few enrichers, or a log that refuses.',
          unit: 's',
          queries: [[`max(pushtech_enricher_waiting_oldest_seconds{${CHOSEN}})`, 'age']],
        },
        {
          title: 'Append to the log',
          description: 'How long the log takes for one append, and how many it refused each second.',
          unit: 's',
          queries: [
            [p99('pushtech_enricher_append_seconds', 'instance'), `p99 ${byInstance}`],
            [`sum(${rateOf('pushtech_enricher_appends_failed_total')})`, 'refused each second'],
          ],
        },
        {
          title: 'Records in one append',
          description: 'On average. Under load a few hundred; with thin traffic few.',
          unit: 'short',
          queries: [
            [
              `sum(${rateOf('pushtech_enricher_append_records_sum')}) / sum(${rateOf('pushtech_enricher_append_records_count')})`,
              'records',
            ],
          ],
        },
      ],
    },
    requests,
    resources,
  ],
};

export const statsDashboard: Dashboard = {
  uid: 'consumer-stats',
  title: 'consumer-stats',
  description: 'How events are counted, how far behind, and what could not be.',
  chosenBy: 'pushtech_stats_counted_events_total',
  rows: [
    {
      title: 'Counting',
      panels: [
        {
          title: 'Counted and known before',
          description: 'Events each second; one known before is counted no second time.',
          unit: 'ops',
          queries: [
            [`sum(${rateOf('pushtech_stats_counted_events_total')})`, 'counted'],
            [`sum(${rateOf('pushtech_stats_duplicate_events_total')})`, 'known before'],
          ],
        },
        {
          title: 'Not counted yet, by partition',
          description: 'One partition that rises: its worker hangs. All rise: add workers.',
          unit: 'short',
          queries: [
            [`max by (topic, partition) (pushtech_stats_lag_records{${CHOSEN}})`, '{{topic}}/{{partition}}'],
          ],
        },
        {
          title: 'The road',
          description: 'How long the newest heartbeat took, and how old it is.',
          unit: 's',
          queries: [
            [`min(pushtech_stats_road_delay_seconds{${CHOSEN}})`, 'took'],
            [`min(pushtech_stats_heartbeat_age_seconds{${CHOSEN}})`, 'is old'],
          ],
        },
        {
          title: 'One batch',
          description: 'How long counting one batch takes, and how many records it has on average.',
          unit: 's',
          queries: [[p99('pushtech_stats_batch_seconds', 'instance'), `p99 ${byInstance}`]],
        },
        {
          title: 'Records in one batch',
          description: 'On average.',
          unit: 'short',
          queries: [
            [
              `sum(${rateOf('pushtech_stats_batch_records_sum')}) / sum(${rateOf('pushtech_stats_batch_records_count')})`,
              'records',
            ],
          ],
        },
        {
          title: 'Not counted',
          description:
            'Lost to retention, parked, unreadable, and batches that began at a wrong place, in an hour.',
          unit: 'short',
          queries: [
            [
              `sum by (topic) (increase(pushtech_stats_lost_records_total{${CHOSEN}}[1h]))`,
              'lost: {{topic}}',
            ],
            [
              `sum by (reason) (increase(pushtech_stats_parked_events_total{${CHOSEN}}[1h]))`,
              'parked: {{reason}}',
            ],
            [
              `sum by (topic) (increase(pushtech_stats_unreadable_records_total{${CHOSEN}}[1h]))`,
              'unreadable: {{topic}}',
            ],
            [`sum(increase(pushtech_stats_seeks_total{${CHOSEN}}[1h]))`, 'seeks'],
          ],
        },
      ],
    },
    requests,
    resources,
  ],
};

export const kafidxDashboard: Dashboard = {
  uid: 'kafidx',
  title: 'kafidx',
  description: 'Who looks at the live stream, and what they get of it.',
  chosenBy: 'pushtech_kafidx_viewers',
  rows: [
    {
      title: 'Viewers',
      panels: [
        {
          title: 'Viewers',
          description: 'Browsers that look at the live stream; 200 at the most for each copy.',
          unit: 'short',
          queries: [[`pushtech_kafidx_viewers{${CHOSEN}}`, byInstance]],
        },
        {
          title: 'Rows',
          description: 'Rows sent to viewers each second, and skipped for them, by reason.',
          unit: 'ops',
          queries: [
            [`sum(${rateOf('pushtech_kafidx_shown_rows_total')})`, 'shown'],
            [`sum by (reason) (${rateOf('pushtech_kafidx_skipped_rows_total')})`, 'skipped: {{reason}}'],
          ],
        },
        {
          title: 'Unreadable records',
          description: 'Records of our topics that are no JSON object: something else writes there.',
          unit: 'ops',
          queries: [[`sum(${rateOf('pushtech_kafidx_unreadable_records_total')})`, 'records']],
        },
      ],
    },
    requests,
    resources,
  ],
};

export const websiteDashboard: Dashboard = {
  uid: 'website',
  title: 'website',
  description: 'Pages, the dashboard, and who waits for a visit to arrive.',
  chosenBy: 'pushtech_website_waiting_screens',
  rows: [
    {
      title: 'Screens',
      panels: [
        {
          title: 'Waiting screens',
          description: 'Screens that wait for a visit to arrive: the start page, and the check of a site.',
          unit: 'short',
          queries: [[`pushtech_website_waiting_screens{${CHOSEN}}`, byInstance]],
        },
        {
          title: 'Dashboard, p99',
          description: 'How long the numbers take, by route.',
          unit: 's',
          queries: [[p99('pushtech_http_request_seconds', 'method, route'), '{{method}} {{route}}']],
        },
      ],
    },
    requests,
    resources,
  ],
};
