// The real log, repeated, beside GoAccess reading the same file.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { commandMicros, cpuMicros, spawnFlow } from './processes.ts';
import { judged, median, type Row, told } from './table.ts';

const LOG = new URL('../scripts/test/fixtures/apache_combined_10000.log.gz', import.meta.url);
const TIMES = 20;
const ROUNDS = 3;

/** CPU of the sender and the system together until everything is counted and stored, per line, in µs. */
const replayOnce = async (folder: string, file: string, lines: number, round: number): Promise<number> => {
  const flow = await spawnFlow(join(folder, `data-${round}`), { STATS_PROPERTIES: 'status,method' });
  const before = cpuMicros(flow.pid);
  const main = new URL('../scripts/src/main.ts', import.meta.url).pathname;
  const sender = await commandMicros(process.execPath, [main, 'replay', file, '--url', flow.url, '--json']);
  const cost = cpuMicros(flow.pid) - before;
  await flow.stop();
  if (sender === undefined) throw new Error('the replay failed');
  return (cost + sender) / lines;
};

export const compareReplay = async (): Promise<Row[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-replay-'));
  process.env.DATA_DIR = join(folder, 'sender');
  const file = join(folder, 'access.log');
  const once = gunzipSync(readFileSync(LOG));
  writeFileSync(file, Buffer.concat(Array.from({ length: TIMES }, () => once)));
  const lines = 10_000 * TIMES;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await replayOnce(folder, file, lines, round));
    const us = await commandMicros('goaccess', [
      file,
      '--log-format=COMBINED',
      '--no-global-config',
      '-o',
      join(folder, 'report.json'),
    ]);
    if (us !== undefined) theirs.push(us / lines);
    process.stderr.write(
      `replay ${ours.at(-1)?.toFixed(1)} µs, goaccess ${theirs.at(-1)?.toFixed(1)} µs per line\n`,
    );
  }
  rmSync(folder, { recursive: true, force: true });
  const cost = told(
    'replay of the real log, sender and system together',
    `${median(ours).toFixed(1)} µs CPU per line`,
  );
  if (theirs.length === 0) return [cost, told('GoAccess', 'not installed')];
  return [
    cost,
    judged(
      `the same beside GoAccess (${median(theirs).toFixed(1)} µs per line)`,
      median(ours.map((us, i) => us / (theirs[i] as number))),
      '×',
      8,
      5,
    ),
  ];
};
