import { join } from 'node:path';
import { parseArgs } from 'node:util';
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
  return { files: positionals, json: values.json, job };
};

const sum = (results: readonly FileResult[], name: 'lines' | 'sent'): number =>
  results.reduce((total, result) => total + result[name], 0);

const listMalformed = (results: readonly FileResult[]) =>
  results.flatMap(({ file, malformed }) =>
    results.length === 1 ? malformed : malformed.map((entry) => ({ file, ...entry })),
  );

/** Sends access logs as events of type `request`. See the README for what becomes of which line. */
export const replay: Task = {
  name: 'replay',
  line: 'sends access logs (Apache, nginx; plain or gzip) as events and waits until they are counted',
  usage: `replay FILE… [--format ${formats.join('|')}] [--site S] [--map TSV] [--url URL] [--stats-url URL] [--rate N] [--json]`,
  async run(args, io) {
    const { files, json, job } = readCommand(args, io);
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
