import { parseArgs } from 'node:util';
import { topics as topicNames } from '@pushtech/event';
import { patiently, readSeconds } from '../migrate/patiently.ts';
import { readStoreSettings } from '../migrate/store-settings.ts';
import { type Task, UsageError } from '../task.ts';

const DAY_MS = 86_400_000;

const options = {
  timeout: { type: 'string', default: '120' },
  'dry-run': { type: 'boolean', default: false },
} as const;

const duration = (ms: number): string => (ms === 0 ? 'for ever' : `${+(ms / DAY_MS).toFixed(2)} days`);

/** Makes the topics of the log. */
export const topics: Task = {
  name: 'topics',
  group: 'data care',
  line: 'makes the topics of LOG_URL that are not there yet; may be run again',
  usage: 'topics [--timeout S] [--dry-run]',
  help: `
--timeout S   how long to wait for Kafka while it starts; default 120
--dry-run     only says what would be made
LOG_URL       as the services have it; ?partitions= and ?retentionMs= in it count for topics that are made`,
  changes: true,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length > 0) throw new UsageError('topics takes no arguments but its flags');
    const seconds = readSeconds('--timeout', values.timeout);
    const dryRun = values['dry-run'];
    const { LOG_URL } = await readStoreSettings(io.env);
    if (LOG_URL.startsWith('sqlite:')) {
      io.out('The log lies in SQLite: topics come with their first record, there is nothing to make.\n');
      return 0;
    }
    const { prepareLog } = await import('@pushtech/log');
    const warn = (facts: object, sentence: string) => io.say(`${sentence} ${JSON.stringify(facts)}\n`);
    const prepare = () => prepareLog(LOG_URL, Object.values(topicNames), { dryRun, warn });
    const { topics: found = [] } = await patiently('topics', prepare, { seconds, say: io.say });
    for (const { topic, partitions, retentionMs, isNew } of found) {
      const done = !isNew ? 'is there' : dryRun ? 'would be made' : 'made';
      io.out(`${topic}  ${partitions} partitions, kept ${duration(retentionMs)}: ${done}\n`);
    }
    return 0;
  },
};
