import { parseArgs } from 'node:util';
import { PushtechError } from '@pushtech/event';
import { type Task, UsageError } from '../task.ts';
import { readVisitor } from './erase.ts';

const options = { to: { type: 'string', default: 'visitor.ndjson' } } as const;

const isThere = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

/** Gives all that is known of a visitor. Named so because `export` is a word of the language. */
export const exportTask: Task = {
  name: 'export',
  group: 'data care',
  line: 'writes all that is known of a visitor into a file, one JSON object a line',
  usage: 'export VISITOR [--to FILE]',
  help: `
VISITOR    the identifier: what the page sent as vid, or "visitor" of an event
--to FILE  a new file, readable by you only; default visitor.ndjson
BUFFER_URL LOG_URL STATS_URL STORE_URL DATA_DIR SECRET_KEY   as the services have them
Lines: event and dead (as they lie on the log), counted (days on which counters know the visitor), request`,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const visitor = readVisitor(positionals, 'export');
    if (visitor === undefined) throw new UsageError('name the identifier of a visitor');
    const [{ openStores }, { exportLines, writeExport }] = await Promise.all([
      import('../erase/open-stores.ts'),
      import('../erase/export-visitor.ts'),
    ]);
    const stores = await openStores(io.env);
    try {
      const counts = await writeExport(values.to, exportLines(stores, visitor));
      const of = (kind: string) => counts.get(kind) ?? 0;
      io.out(
        `${of('event')} events, ${of('dead')} dead letters and ${of('request')} requests are in ${values.to}\n`,
      );
      return 0;
    } catch (error) {
      if (!isThere(error)) throw error;
      throw new PushtechError(
        'TASK_FILE',
        'fatal',
        `${values.to} is there already: name another file with --to`,
      );
    } finally {
      await stores.close();
    }
  },
};
