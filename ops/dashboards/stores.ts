import type { Dashboard } from './dashboard.ts';
import { CHOSEN, rateOf } from './shared-rows.ts';

/** Of exporters that stand beside the stores; nothing of it can be seen without them. */
export const storesDashboard: Dashboard = {
  uid: 'stores',
  title: 'stores',
  description:
    'Redis, Kafka and MongoDB by their exporters (redis_exporter, kafka_exporter, mongodb_exporter).',
  chosenBy: 'up',
  rows: [
    {
      title: 'Redis',
      panels: [
        {
          title: 'Redis memory',
          description: 'Used, and allowed (0 = no limit). It never evicts: at the limit it refuses writes.',
          unit: 'bytes',
          queries: [
            [`redis_memory_used_bytes{${CHOSEN}}`, 'used {{instance}}'],
            [`redis_memory_max_bytes{${CHOSEN}}`, 'allowed {{instance}}'],
          ],
        },
        {
          title: 'Redis commands',
          description: 'Commands each second.',
          unit: 'ops',
          queries: [[rateOf('redis_commands_processed_total'), '{{instance}}']],
        },
        {
          title: 'Redis clients',
          description: 'Connected, and refused because there are too many.',
          unit: 'short',
          queries: [
            [`redis_connected_clients{${CHOSEN}}`, 'connected {{instance}}'],
            [rateOf('redis_rejected_connections_total'), 'refused {{instance}}'],
          ],
        },
        {
          title: 'Redis append-only file',
          description: '1 = the last write was well; 0 = Redis cannot write to its disk.',
          unit: 'short',
          queries: [[`redis_aof_last_write_status{${CHOSEN}}`, '{{instance}}']],
        },
      ],
    },
    {
      title: 'Kafka',
      panels: [
        {
          title: 'Records written',
          description: 'Records each second, by topic.',
          unit: 'ops',
          queries: [[`sum by (topic) (${rateOf('kafka_topic_partition_current_offset')})`, '{{topic}}']],
        },
        {
          title: 'Brokers and partitions without enough copies',
          description: 'Brokers that answer, and partitions that have fewer copies than they should.',
          unit: 'short',
          queries: [
            [`max(kafka_brokers{${CHOSEN}})`, 'brokers'],
            [`sum(kafka_topic_partition_under_replicated_partition{${CHOSEN}})`, 'too few copies'],
          ],
        },
      ],
    },
    {
      title: 'MongoDB and disks',
      panels: [
        {
          title: 'MongoDB',
          description: '1 = it answers.',
          unit: 'short',
          queries: [[`mongodb_up{${CHOSEN}}`, '{{instance}}']],
        },
        {
          title: 'Disks of the stores',
          description: 'Free share of each volume, by the kubelet.',
          unit: 'percentunit',
          queries: [
            [
              'kubelet_volume_stats_available_bytes{namespace="pushtech"} / kubelet_volume_stats_capacity_bytes{namespace="pushtech"}',
              '{{persistentvolumeclaim}}',
            ],
          ],
        },
      ],
    },
  ],
};
