import type { Dashboard, Row } from './dashboard.ts';
import { CHOSEN, p99, rateOf, resources } from './shared-rows.ts';

const LAG = `max by (topic, partition) (pushtech_stats_lag_records{${CHOSEN}})`;

const now: Row = {
  title: 'Now',
  panels: [
    {
      kind: 'stat',
      title: 'In',
      description: 'Hits that came to the door, each second.',
      unit: 'ops',
      queries: [[`sum(${rateOf('pushtech_tracker_hits_received_total')})`, 'hits']],
    },
    {
      kind: 'stat',
      title: 'Kept',
      description: 'Hits that became events, each second.',
      unit: 'ops',
      queries: [[`sum(${rateOf('pushtech_enricher_events_kept_total')})`, 'events']],
    },
    {
      kind: 'stat',
      title: 'Behind',
      description: 'Records on the log that are not counted yet.',
      unit: 'short',
      redFrom: 10_000,
      queries: [[`sum(${LAG})`, 'records']],
    },
    {
      kind: 'stat',
      title: 'Oldest in the buffer',
      description: 'Age of the oldest hits that are no events yet.',
      unit: 's',
      redFrom: 120,
      queries: [[`max(pushtech_enricher_waiting_oldest_seconds{${CHOSEN}})`, 'age']],
    },
    {
      kind: 'stat',
      title: 'In spools',
      description: 'Bytes on the trackers’ own disks: the buffer takes nothing, or did not until just now.',
      unit: 'bytes',
      redFrom: 1,
      queries: [[`sum(pushtech_tracker_spool_bytes{${CHOSEN}})`, 'bytes']],
    },
    {
      kind: 'stat',
      title: 'Whole road',
      description: 'How long the newest heartbeat took from the tracker’s door to the counters.',
      unit: 's',
      redFrom: 10,
      queries: [[`min(pushtech_stats_road_delay_seconds{${CHOSEN}})`, 'delay']],
    },
    {
      kind: 'stat',
      title: 'Pixel, p99',
      description: '99 of 100 pixels were answered within this time, inside the process.',
      unit: 's',
      redFrom: 0.1,
      queries: [[p99('pushtech_tracker_answer_seconds'), 'p99']],
    },
    {
      kind: 'stat',
      title: 'Alerts',
      description: 'Alerts that fire.',
      unit: 'short',
      redFrom: 1,
      queries: [['count(ALERTS{alertstate="firing"}) or vector(0)', 'alerts']],
    },
  ],
};

const flow: Row = {
  title: 'The flow',
  panels: [
    {
      title: 'In, kept, counted',
      description: 'Hits and events each second, along the road. All lines together: all is well.',
      unit: 'ops',
      queries: [
        [`sum(${rateOf('pushtech_tracker_hits_received_total')})`, 'came in'],
        [`sum(${rateOf('pushtech_tracker_hits_accepted_total')})`, 'taken'],
        [`sum(${rateOf('pushtech_enricher_events_kept_total')})`, 'kept'],
        [`sum(${rateOf('pushtech_stats_counted_events_total')})`, 'counted'],
        [`sum(${rateOf('pushtech_stats_duplicate_events_total')})`, 'known before'],
      ],
    },
    {
      title: 'Not kept, by reason',
      description: 'Refused at the door, dropped on purpose by the enricher, and dead letters, each second.',
      unit: 'ops',
      queries: [
        [`sum by (reason) (${rateOf('pushtech_tracker_hits_refused_total')})`, 'refused: {{reason}}'],
        [`sum by (reason) (${rateOf('pushtech_enricher_hits_dropped_total')})`, 'dropped: {{reason}}'],
        [`sum by (reason) (${rateOf('pushtech_enricher_hits_dead_total')})`, 'dead: {{reason}}'],
      ],
    },
    {
      title: 'Not counted yet',
      description: 'Records on the log that the counters do not have, by topic.',
      unit: 'short',
      queries: [[`sum by (topic) (${LAG})`, '{{topic}}']],
    },
    {
      title: 'Age of the oldest',
      description:
        'How long the oldest waits in the buffer and in spools, and how old the newest heartbeat is.',
      unit: 's',
      queries: [
        [`max(pushtech_enricher_waiting_oldest_seconds{${CHOSEN}})`, 'buffer'],
        [`max(pushtech_tracker_spool_oldest_seconds{${CHOSEN}})`, 'spool'],
        [`min(pushtech_stats_heartbeat_age_seconds{${CHOSEN}})`, 'heartbeat'],
      ],
    },
    {
      title: 'Waiting bytes',
      description: 'What waits in the trackers’ memory, in their spools and in the buffer.',
      unit: 'bytes',
      queries: [
        [`sum(pushtech_tracker_waiting_bytes{${CHOSEN}})`, 'memory'],
        [`sum(pushtech_tracker_spool_bytes{${CHOSEN}})`, 'spools'],
        [`max(pushtech_enricher_waiting_bytes{${CHOSEN}})`, 'buffer'],
      ],
    },
    {
      title: 'Speed, p99',
      description:
        'Pixel: inside the tracker. Append: the log. Batch: the counters. Others: their HTTP answers.',
      unit: 's',
      queries: [
        [p99('pushtech_tracker_answer_seconds'), 'pixel'],
        [p99('pushtech_enricher_append_seconds'), 'append to the log'],
        [p99('pushtech_stats_batch_seconds'), 'batch counted'],
        [p99('pushtech_http_request_seconds', 'job'), 'HTTP of {{job}}'],
      ],
    },
  ],
};

const trouble: Row = {
  title: 'Trouble',
  panels: [
    {
      title: 'Answers that are our fault',
      description: 'Answers with status 5xx each second, by service.',
      unit: 'reqps',
      queries: [
        [
          `sum by (job) (${rateOf('pushtech_http_requests_total', 'status="5xx"')}) or sum by (job) (0 * up{${CHOSEN}})`,
          '{{job}}',
        ],
      ],
    },
    {
      title: 'Refused by engines',
      description:
        'Appends that the log refused, entries that a second enricher got, batches counted from a wrong place.',
      unit: 'ops',
      queries: [
        [`sum(${rateOf('pushtech_enricher_appends_failed_total')})`, 'appends failed'],
        [`sum(${rateOf('pushtech_enricher_entries_redelivered_total')})`, 'redelivered'],
        [`sum(${rateOf('pushtech_stats_seeks_total')})`, 'seeks'],
      ],
    },
    {
      title: 'Lost, parked, unreadable',
      description: 'Within the last hour. Above 0 somebody has to look.',
      unit: 'short',
      queries: [
        [`sum(increase(pushtech_tracker_spool_lost_total{${CHOSEN}}[1h]))`, 'lost in spools'],
        [`sum(increase(pushtech_stats_lost_records_total{${CHOSEN}}[1h]))`, 'lost to retention'],
        [`sum(increase(pushtech_stats_parked_events_total{${CHOSEN}}[1h]))`, 'parked'],
        [`sum(increase(pushtech_stats_unreadable_records_total{${CHOSEN}}[1h]))`, 'unreadable'],
      ],
    },
    {
      title: 'Up',
      description: 'Instances that Prometheus reaches, by service.',
      unit: 'short',
      queries: [[`sum by (job) (up{${CHOSEN}})`, '{{job}}']],
    },
    {
      kind: 'table',
      width: 24,
      title: 'Versions',
      description: 'Which version each instance runs.',
      unit: 'short',
      queries: [[`pushtech_build_info{${CHOSEN}}`, '']],
    },
  ],
};

export const flowDashboard: Dashboard = {
  uid: 'flow',
  title: 'the flow at a glance',
  description: 'What comes in, what becomes of it, where it waits, and what it costs.',
  chosenBy: 'pushtech_build_info',
  rows: [now, flow, trouble, resources],
};
