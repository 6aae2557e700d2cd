import { gatherBatches } from './gather-batches.ts';
import { type Format, parseLine } from './parse-line.ts';
import { createPost } from './post-batch.ts';
import { type Malformed, MOST_LISTED, openProgress } from './progress-file.ts';
import { type LogFile, readBlocks } from './read-blocks.ts';
import type { Report } from './report.ts';
import { lineIds, toItem } from './to-item.ts';
import { type Ledger, waitForLedger } from './wait-for-ledger.ts';

export interface Job {
  format: Format;
  site: string;
  /** Which address stands for which. */
  map: ReadonlyMap<string, string>;
  /** Path of the map, for telling whether a replay goes on with the same one. */
  mapPath: string;
  /** Of the tracker, without a path. */
  url: string;
  /** Of the stats service, without a path. */
  statsUrl: string;
  /** Events per second at the most; 0 = as fast as it goes. */
  rate: number;
  /** Bearer token; empty = none. */
  token: string;
  /** Folder of the progress files. */
  folder: string;
  clock: () => number;
  report: Report;
  /** Without success for so long, it ends. In ms. */
  giveUpMs?: number;
}

export interface FileResult {
  file: string;
  run: string;
  lines: number;
  sent: number;
  malformed: Malformed[];
  ledger: Ledger;
}

/** A text of its own: a slice would keep its whole block in memory. */
const ownCopy = (text: string): string => Buffer.from(text).toString();

const readInto = (clients: Set<string>, client: string): void => {
  if (!clients.has(client)) clients.add(ownCopy(client));
};

const openJob = (log: LogFile, job: Job) => {
  const progressFile = openProgress({
    folder: job.folder,
    file: log.path,
    fingerprint: log.fingerprint,
    job: JSON.stringify([job.format, job.site, job.mapPath, job.url]),
    clock: job.clock,
  });
  const { progress, resumed } = progressFile;
  if (resumed) job.report.note(`${log.path}: goes on behind line ${progress.line} of run ${progress.run}.`);
  return { ...progressFile, from: progress.line };
};

type Opened = ReturnType<typeof openJob>;

const sendLines = async (log: LogFile, job: Job, opened: Opened, clients: Set<string>) => {
  const { format, site, map, url, token, rate, report, giveUpMs } = job;
  const { progress, from } = opened;
  const wait = (reason: string) => report.note(`${url} does not take it (${reason}); trying again.`);
  const post = createPost({
    url,
    run: progress.run,
    token,
    wait,
    ...(giveUpMs !== undefined && { giveUpMs }),
  });
  const batches = gatherBatches({
    rate,
    send: async (batch) => {
      const refused = await post(batch);
      opened.acknowledge(batch.number, batch.lines.at(-1) as number, batch.lines.length, refused);
    },
  });
  const idOf = lineIds(log.fingerprint);
  const malformed: Malformed[] = [];
  let number = 0;

  const give = (reason: string): void => {
    if (malformed.length < MOST_LISTED) malformed.push({ line: number, reason });
  };

  for await (const { lines, damaged } of log.blocks) {
    for (const line of lines) {
      number += 1;
      const read = line === undefined ? (damaged ? 'damaged' : 'too_long') : parseLine(line, format);
      if (typeof read === 'string') {
        give(read);
        continue;
      }
      readInto(clients, read.client);
      if (number <= from) continue;
      const item = toItem(read, idOf(number), site, map.get(read.client) ?? read.client);
      const size = Buffer.byteLength(item);
      if (batches.isFull(size)) await batches.flush();
      batches.add(number, item, size);
    }
    report.step(log.position() / (log.size || 1), `${log.path}: ${number} lines read, ${progress.sent} sent`);
  }
  await batches.finish();
  return { lines: number, malformed };
};

/**
 * Sends one access log and waits until its run is worked off. Lines already acknowledged by a replay that was killed are
 * read again (for the counts of the result) but not sent.
 * @param clients takes up the distinct clients read
 * @throws PushtechError, see the README's table
 */
export const replayFile = async (path: string, job: Job, clients: Set<string>): Promise<FileResult> => {
  const log = await readBlocks(path);
  const opened = openJob(log, job);
  const { progress } = opened;
  const { lines, malformed } = await sendLines(log, job, opened, clients).catch((error: unknown) => {
    opened.save();
    throw error;
  });
  opened.save();
  const ledger = await waitForLedger({
    url: job.statsUrl,
    run: progress.run,
    token: job.token,
    sent: progress.sent,
    report: ({ counted, duplicates }) =>
      job.report.step(
        (counted + duplicates) / (progress.sent || 1),
        `${path}: ${counted} counted, ${duplicates} duplicates`,
      ),
    ...(job.giveUpMs !== undefined && { giveUpMs: job.giveUpMs }),
  });
  opened.remove();
  const all = [...malformed, ...progress.refused].sort((a, b) => a.line - b.line);
  return { file: path, run: progress.run, lines, sent: progress.sent, malformed: all, ledger };
};
