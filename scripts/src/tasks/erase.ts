import { parseArgs } from 'node:util';
import { limits, PushtechError } from '@pushtech/event';
import type { Stores } from '../erase/open-stores.ts';
import { readSeconds } from '../migrate/patiently.ts';
import { type Task, UsageError } from '../task.ts';

const options = {
  request: { type: 'string' },
  wait: { type: 'string', default: '30' },
  rewrite: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
} as const;

/** @throws UsageError */
export const readVisitor = (positionals: readonly string[], task: string): string | undefined => {
  const [visitor, more] = positionals;
  if (more !== undefined) throw new UsageError(`${task} takes one identifier; put it in quotes`);
  if (visitor !== undefined && (visitor === '' || Buffer.byteLength(visitor) > limits.labelBytes)) {
    throw new UsageError(`an identifier of a visitor has 1 to ${limits.labelBytes} bytes`);
  }
  return visitor;
};

const ofRequest = async ({ store }: Stores, id: string): Promise<string> => {
  const request = await store.privacyRequests.get(id);
  const fail = (message: string) => new PushtechError('TASK_REQUEST', 'fatal', message);
  if (!request) throw fail(`there is no request ${id}`);
  if (request.kind !== 'erase')
    throw fail(`request ${id} asks for a copy: task export, or the link on /privacy/requests`);
  if (request.visitor === undefined) throw fail(`request ${id} was worked off already`);
  return request.visitor;
};

/** Forgets a visitor everywhere. */
export const erase: Task = {
  name: 'erase',
  group: 'data care',
  line: 'forgets a visitor in buffer, spool, log, counters and store, and reports what is left',
  usage: 'erase VISITOR | --request ID [--wait S] [--rewrite] [--json] [--dry-run]',
  help: `
VISITOR       the identifier: what the page sent as vid, or "visitor" of an event
--request ID  the identifier that somebody asked to erase on /privacy; the list is on /privacy/requests
--wait S      how long running services are waited for, at each step; default 30
--rewrite     rewrite SQLite files over 512 MB too; stop the services before
--json        the report for programs
--dry-run     only says what is there
BUFFER_URL LOG_URL STATS_URL STORE_URL DATA_DIR SPOOL_DIR SECRET_KEY   as the services have them
The same again does no harm, and finishes what was cut off.`,
  changes: true,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const named = readVisitor(positionals, 'erase');
    const { request } = values;
    if ((named === undefined) === (request === undefined)) {
      throw new UsageError('name one identifier of a visitor, or --request with the number of a request');
    }
    const waitMs = readSeconds('--wait', values.wait) * 1000;
    const [{ openStores }, { eraseVisitor, lookAtVisitor }, { reportText }] = await Promise.all([
      import('../erase/open-stores.ts'),
      import('../erase/erase-visitor.ts'),
      import('../erase/place.ts'),
    ]);
    const stores = await openStores(io.env);
    try {
      const visitor = named ?? (await ofRequest(stores, request ?? ''));
      const now = io.clock();
      const report = values['dry-run']
        ? await lookAtVisitor(stores, visitor, now)
        : await eraseVisitor(stores, { visitor, now, waitMs, anySize: values.rewrite, say: io.say });
      io.out(values.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
      return 0;
    } finally {
      await stores.close();
    }
  },
};
