import type { Panel, Row } from './dashboard.ts';

/** What each query is narrowed to by the variables of its dashboard. */
export const CHOSEN = 'job=~"$job", instance=~"$instance"';

/** `rate` of a counter, of the chosen instances. */
export const rateOf = (counter: string, matchers = ''): string =>
  `rate(${counter}{${CHOSEN}${matchers && `, ${matchers}`}}[$__rate_interval])`;

/** The 99th percentile of a histogram, by labels. */
export const p99 = (histogram: string, by = ''): string =>
  `histogram_quantile(0.99, sum by (le${by && `, ${by}`}) (${rateOf(`${histogram}_bucket`)}))`;

export const requests: Row = {
  title: 'Requests',
  panels: [
    {
      title: 'Requests by route',
      description: 'Answered requests each second. Pixels are not among them: they have a row of their own.',
      unit: 'reqps',
      queries: [
        [`sum by (method, route) (${rateOf('pushtech_http_requests_total')})`, '{{method}} {{route}}'],
      ],
    },
    {
      title: 'Answers by status',
      description: 'Answered requests each second, by class of status.',
      unit: 'reqps',
      queries: [[`sum by (status) (${rateOf('pushtech_http_requests_total')})`, '{{status}}']],
    },
    {
      title: 'Time to answer, p99',
      description: '99 of 100 requests were answered within this time, by route.',
      unit: 's',
      queries: [[p99('pushtech_http_request_seconds', 'route'), '{{route}}']],
    },
    {
      title: 'Refused by the HTTP parser',
      description: 'What was no HTTP, too large or too slow, by reason. Mostly scanners.',
      unit: 'reqps',
      queries: [[`sum by (reason) (${rateOf('pushtech_http_refused_requests_total')})`, '{{reason}}']],
    },
  ],
};

const cpu: Panel = {
  title: 'CPU',
  description:
    'Processors in use; 1 = one whole processor. The event loop can use one, threads beside it more.',
  unit: 'short',
  queries: [[`sum by (job, instance) (${rateOf('process_cpu_seconds_total')})`, '{{job}} {{instance}}']],
};

const memory: Panel = {
  title: 'Memory',
  description: 'Resident memory, and what the container or machine allows.',
  unit: 'bytes',
  queries: [
    [`process_resident_memory_bytes{${CHOSEN}}`, '{{job}} {{instance}}'],
    [`min by (job) (pushtech_memory_limit_bytes{${CHOSEN}})`, '{{job}} may use'],
  ],
};

const heap: Panel = {
  title: 'Heap in use',
  description: 'Share of the heap that V8 may grow to. Near 100 % the process ends itself.',
  unit: 'percentunit',
  queries: [
    [`nodejs_heap_size_used_bytes{${CHOSEN}} / pushtech_heap_limit_bytes{${CHOSEN}}`, '{{job}} {{instance}}'],
  ],
};

const eventLoop: Panel = {
  title: 'Event loop delay, p99',
  description:
    'How late timers came since the last scrape. 0.05 s is the sampling itself: that much is no delay.',
  unit: 's',
  queries: [[`nodejs_eventloop_lag_p99_seconds{${CHOSEN}}`, '{{job}} {{instance}}']],
};

const restarts: Panel = {
  title: 'Starts',
  description: 'How often a process was started anew within the last hour.',
  unit: 'short',
  queries: [[`changes(process_start_time_seconds{${CHOSEN}}[1h])`, '{{job}} {{instance}}']],
};

const files: Panel = {
  title: 'Open files',
  description: 'Connections and files that are open, as a share of what is allowed.',
  unit: 'percentunit',
  queries: [[`process_open_fds{${CHOSEN}} / process_max_fds{${CHOSEN}}`, '{{job}} {{instance}}']],
};

export const resources: Row = {
  title: 'Resources',
  panels: [cpu, memory, heap, eventLoop, restarts, files],
};
