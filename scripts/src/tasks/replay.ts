import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Inspection, inspectFile } from '../replay/inspect-file.ts';
import { type Format, formats } from '../replay/parse-line.ts';
import { readMap } from '../replay/read-map.ts';
import { type FileResult, type Job, replayFile } from '../replay/replay-file.ts';
import { createReport } from '../replay/report.ts';
import { addLedgers } from '../replay/wait-for-ledger.ts';
import { type Task, type TaskIo, UsageError } from '../task.ts';

const options = {
  format: { type: 'string', default: 'auto' },
  site: { type: 'string', default: 'log.invalid' },
  map: { type: 'string' },
  url: { type: 'string', default: 'http://localhost:8080' },
  'stats-url': { type: 'string' },
  rate: { type: 'string', default: '0' },
  json: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
} as const;

const readUrl = (flag: string, text: string): string => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${flag} is an address like http://localhost:8080, not "${text}"`);
  }
  return text.replace(/\/+$/, '');
};

const readRate = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--rate is a number of events per second, not "${text}"`);
  return Number(text);
};

const readFormat = (text: string): Format => {
  const format = formats.find((one) => one === text);
  if (!format) throw new UsageError(`--format is ${formats.join(', ')}, not "${text}"`);
  return format;
};

const readSite = (text: string): string => {
  if (/^[\w.:-]{1,253}$/.test(text)) return text;
  throw new UsageError(`--site is a host name or label, not "${text}"`);
};

const readCommand = (args: string[], io: TaskIo) => {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length === 0) throw new UsageError('name the log file to send');
  const url = readUrl('--url', values.url);
  const job: Job = {
    format: readFormat(values.format),
    site: readSite(values.site),
    map: values.map === undefined ? new Map() : readMap(values.map),
    mapPath: values.map ?? '',
    url,
    statsUrl: values['stats-url'] === undefined ? url : readUrl('--stats-url', values['stats-url']),
    rate: readRate(values.rate),
    token: io.env.API_TOKEN ?? '',
    folder: join(io.env.DATA_DIR || './data', 'replays'),
    clock: io.clock,
    report: createReport(io, values.json),
  };
  return { files: positionals, json: values.json, dryRun: values['dry-run'], job };
};

const sum = (results: readonly FileResult[], name: 'lines' | 'sent'): number =>
  results.reduce((total, result) => total + result[name], 0);

const listMalformed = (results: readonly Pick<FileResult, 'file' | 'malformed'>[]) =>
  results.flatMap(({ file, malformed }) =>
    results.length === 1 ? malformed : malformed.map((entry) => ({ file, ...entry })),
  );

/** What a replay would find in the files. */
const inspect = async (files: readonly string[], format: Format) => {
  const clients = new Set<string>();
  const found: (Inspection & { file: string })[] = [];
  for (const file of files) found.push({ file, ...(await inspectFile(file, format, clients)) });
  const total = (name: 'lines' | 'readable'): number => found.reduce((sum, one) => sum + one[name], 0);
  return {
    ...{ lines: total('lines'), readable: total('readable'), addresses: clients.size },
    malformed: listMalformed(found),
  };
};

/** Sends access logs as events of type `request`. See the README for what becomes of which line. */
export const replay: Task = {
  name: 'replay',
  group: 'events',
  line: 'sends access logs (Apache, nginx, gzip too) as events, and waits until they are counted',
  usage: `replay FILE… [--format ${formats.join('|')}] [--site S] [--map TSV] [--url URL] [--stats-url URL] [--rate N] [--json] [--dry-run]`,
  help: `
--format F       auto takes each line as it is; combined insists on referrer and agent; common ignores them
--site S         whose log it is; default log.invalid
--map TSV        a table that says which client is sent as which address
--url URL        the tracker; default http://localhost:8080
--stats-url URL  the numbers; default the same
--rate N         events per second at the most
--json           nothing but the result, on one line
--dry-run        reads and counts the lines, and sends nothing
API_TOKEN        scopes import and stats:read; progress is kept in DATA_DIR/replays`,
  changes: true,
  async run(args, io) {
    const { files, json, dryRun, job } = readCommand(args, io);
    if (dryRun) {
      io.out(`${JSON.stringify(await inspect(files, job.format), undefined, json ? 0 : 2)}\n`);
      return 0;
    }
    const clients = new Set<string>();
    const results: FileResult[] = [];
    try {
      for (const file of files) results.push(await replayFile(file, job, clients));
    } finally {
      job.report.end();
    }
    const result = {
      lines: sum(results, 'lines'),
      sent: sum(results, 'sent'),
      addresses: clients.size,
      malformed: listMalformed(results),
      ledger: addLedgers(results.map(({ ledger }) => ledger)),
      runs: results.map(({ run }) => run),
    };
    io.out(`${JSON.stringify(result, undefined, json ? 0 : 2)}\n`);
    return 0;
  },
};
