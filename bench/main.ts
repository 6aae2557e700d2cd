// `npm run bench [part…]`: prints a table and writes it to bench/results.md. Parts: ratios, replay, million, start, and,
// where REDIS_URL and KAFKA_BROKERS name engines that nobody else uses, scaled, idle and stats. The Redis database is wiped.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { runMillion } from './million.ts';
import { compareRatios } from './ratios.ts';
import { compareReplay } from './replay.ts';
import { compareIdle, compareScaled } from './scaled.ts';
import { measureStart } from './start.ts';
import { compareStatsRedis } from './stats-redis.ts';
import { markdown, type Row, told } from './table.ts';

const redisUrl = process.env.REDIS_URL;
const compareStats = async (): Promise<Row[]> =>
  redisUrl
    ? compareStatsRedis(redisUrl)
    : [told('stats worker on Redis', 'not measured: REDIS_URL is not set')];

const parts: Record<string, () => Promise<Row[]>> = {
  start: measureStart,
  ratios: compareRatios,
  replay: compareReplay,
  million: runMillion,
  scaled: compareScaled,
  idle: compareIdle,
  stats: compareStats,
};

const wanted = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await measure()));
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
const table = markdown(rows);
console.log(table);
if (wanted.length === 0) {
  writeFileSync(
    new URL('results.md', import.meta.url),
    `# Bench\n\nMade by \`npm run bench\` on ${machine}. Ratios are medians of rounds that alternate within one run; bare figures of\ntwo runs must not be compared.\n\n${table}\n`,
  );
}
if (rows.some(({ verdict }) => verdict === 'MISSED')) process.exitCode = 1;
