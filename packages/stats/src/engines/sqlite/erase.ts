import { randomInt } from 'node:crypto';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { openDatabase, parseSqliteUrl } from '@pushtech/sqlite';
import { createTraces, type Eraser, type Traces } from '../../erase.ts';
import { hash53 } from '../../keys.ts';
import { DAY_MINUTES, migrations } from './schema.ts';

/** How long buckets are looked through before others get the event loop, in ms. */
const SLICE_MS = 4;
/** While old days are added up, a row may move behind us: we go round until nothing is found. */
const ROUNDS = 5;

/** 53 bits, as those of a hash. */
const drawNumber = (): number => randomInt(2 ** 26) * 2 ** 27 + randomInt(2 ** 27);

/** Visits have no index by visitor: each bucket and series is asked for it, which are one step of the tree each. */
export const openSqliteEraser = async (url: string): Promise<Eraser> => {
  const { path, prefix, dispose } = parseSqliteUrl(url);
  const database = openDatabase({ path, role: 'stats', prefix, migrations, dispose });
  const { db } = database;
  db.exec('PRAGMA secure_delete = ON');
  const p = `${prefix}stats_`;
  const nextBucket = db.prepare(`SELECT min(bucket) AS bucket FROM ${p}visits WHERE bucket > ?`);
  const count = db.prepare(
    `SELECT count(*) AS n FROM ${p}series AS s CROSS JOIN ${p}visits AS v
     ON v.bucket = ? AND v.series = s.id AND v.visitor = ?`,
  );
  const replace = db.prepare(
    `UPDATE ${p}visits SET visitor = ?1 WHERE bucket = ?2 AND series IN (SELECT id FROM ${p}series) AND visitor = ?3`,
  );

  const eachBucket = async (visit: (bucket: number) => Promise<void> | void): Promise<void> => {
    let sliceEnd = performance.now() + SLICE_MS;
    for (let after = Number.MIN_SAFE_INTEGER; ; ) {
      const bucket = nextBucket.get(after)?.bucket;
      if (bucket === null || bucket === undefined) return;
      after = Number(bucket);
      await visit(after);
      if (performance.now() < sliceEnd) continue;
      await yieldToOthers();
      sliceEnd = performance.now() + SLICE_MS;
    }
  };

  const walk = async (visitor: number, found: (bucket: number) => Promise<void> | void): Promise<Traces> => {
    const traces = createTraces();
    await eachBucket(async (bucket) => {
      const n = Number(count.get(bucket, visitor)?.n);
      traces.add(Math.floor(bucket / DAY_MINUTES), n);
      if (n > 0) await found(bucket);
    });
    return traces.result();
  };

  return {
    look: (visitor) => walk(hash53(visitor), () => {}),
    async erase(visitor) {
      const [before, instead] = [hash53(visitor), drawNumber()];
      const change = (bucket: number) =>
        database.write(() => {
          replace.run(instead, bucket, before);
        });
      const first = await walk(before, change);
      for (let round = 1; round < ROUNDS; round++) if ((await walk(before, change)).places === 0) break;
      return first;
    },
    close: () => database.close(),
  };
};
