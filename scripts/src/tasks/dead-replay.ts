import { parseArgs } from 'node:util';
import { createDeadClient, type DeadFilter, filterNames, type LetterList } from '../dead/dead-client.ts';
import { listAll, replayAll, replaySome } from '../dead/replay-letters.ts';
import { type Task, UsageError } from '../task.ts';

const text = { type: 'string' } as const;
const options = {
  ...{ reason: text, step: text, type: text, site: text, id: text, from: text, to: text },
  limit: text,
  url: { type: 'string', default: 'http://localhost:8080' },
  json: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
} as const;

const readLimit = (given: string | undefined): number | undefined => {
  if (given === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(given)) return Number(given);
  throw new UsageError(`--limit is a number of letters up to 999999, not "${given}"`);
};

const readCommand = (args: string[]) => {
  const { values } = parseArgs({ args, options });
  if (!/^https?:$/.test(URL.parse(values.url)?.protocol ?? '')) {
    throw new UsageError(`--url is an address like http://localhost:8080, not "${values.url}"`);
  }
  const filter: DeadFilter = {};
  for (const name of filterNames) if (values[name] !== undefined) filter[name] = values[name];
  return { ...values, filter, limit: readLimit(values.limit), url: values.url.replace(/\/+$/, '') };
};

/** What would be replayed, and what else lies there under the same filter without its reason. */
const countLines = ({ total, reasons }: LetterList, limit = total): string =>
  [
    `${Math.min(total, limit)} letters would be replayed${total > limit ? `, the newest of ${total}` : ''}.`,
    ...reasons.map(({ reason, step, n }) => `  ${n}  ${reason} (${step})`),
    '',
  ].join('\n');

/** Sends dead letters again, as they are: after the cause is mended. */
export const deadReplay: Task = {
  name: 'dead:replay',
  group: 'events',
  line: 'sends dead letters again, after what they died of is mended',
  usage:
    'dead:replay [--reason R] [--step S] [--type T] [--site S] [--id ID] [--from T] [--to T] [--limit N] [--url URL] [--json] [--dry-run]',
  help: `
--reason --step --type --site --id  exact; without any filter all letters are meant
--from T, --to T                    times of receipt, ISO 8601, half-open
--limit N                           the newest N only
--url URL                           where kafidx is; default http://localhost:8080
--json                              nothing but the result, on one line
--dry-run                           only counts them
API_TOKEN                           a token of the scopes stream:read and dead:write`,
  changes: true,
  async run(args, io) {
    const { filter, limit, url, json, 'dry-run': dryRun } = readCommand(args);
    const client = createDeadClient(url, io.env.API_TOKEN ?? '');
    if (dryRun) {
      const list = await listAll(client, filter);
      const { total, reasons } = list;
      io.out(json ? `${JSON.stringify({ total, reasons })}\n` : countLines(list, limit));
      return 0;
    }
    const done = await (limit === undefined
      ? replayAll(client, filter, io.say)
      : replaySome(client, filter, limit, io.say));
    const sentence = `${done.letters} letters: ${done.sent} hits went back, ${done.unfit} letters hold none.`;
    io.out(`${json ? JSON.stringify(done) : sentence}\n`);
    return 0;
  },
};
