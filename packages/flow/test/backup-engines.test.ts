import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics as allTopics } from '@pushtech/event';
import { withRedis } from '@pushtech/redis/testing';
import { needs } from '@pushtech/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  AGENT,
  documentsOf,
  fillStore,
  numbersOf,
  recordsOf,
  runTask,
  runWell,
  sendHits,
  spawnTask,
  traceOf,
} from './backup-answers.ts';
import { dropTopics, openMongo, timesOf } from './backup-wipe.ts';
import { dataFolder, getJson, postEvents, settled, startFlow } from './start-flow.ts';

const SPAN = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 7_200_000).toISOString()}`;
const SECRET_KEY = 'the key of the backup test, which is longer than 32';

/** The same server, in database `db`, with a prefix of our own. */
const urlsOf = ({ redis, kafka, mongo }: Record<'redis' | 'kafka' | 'mongo', string>, name: string) => {
  const [, hosts, query = ''] = /^([^?]*?)\/?(?:\?(.*))?$/.exec(mongo) ?? [];
  return {
    SECRET_KEY,
    BUFFER_URL: `${redis}?prefix=${name}_`,
    STATS_URL: `${redis}?prefix=${name}_`,
    LOG_URL: `kafka://${kafka}?prefix=${name}_&partitions=3`,
    STORE_URL: `${hosts}/${name}?${query}`,
  };
};

needs(
  'redis',
  'kafka',
  'mongo',
)('on Redis, Kafka and MongoDB', (engines) => {
  const name = `test_${randomBytes(5).toString('hex')}`;
  const folder = dataFolder();
  const backups = join(folder.path, 'backups');
  const env = { ...urlsOf(engines, name), DATA_DIR: join(folder.path, 'data') };
  let made = '';
  let sent: Awaited<ReturnType<typeof sendHits>>;
  let before: Awaited<ReturnType<typeof allOf>>;

  const allOf = async (url: string) => ({
    numbers: await numbersOf(url, SPAN),
    traces: [await traceOf(url, sent.ids[0] as string), await traceOf(url, sent.ids[5] as string)],
    documents: await documentsOf(env.STORE_URL),
    records: await recordsOf(env.LOG_URL),
  });

  /** Everything of ours on all engines, by hand. */
  const wipe = async (): Promise<void> => {
    await withRedis(async (client) => {
      for await (const keys of client.scanStream({ match: `${name}_*`, count: 1000 })) {
        if (keys.length > 0) await client.unlink(...keys);
      }
    });
    await openMongo(env.STORE_URL, (db) => db.dropDatabase());
    await dropTopics(engines.kafka, `${name}_`);
  };

  beforeAll(async () => {
    await runWell(['topics'], env);
    await runWell(['migrate'], env);
    await fillStore(env.STORE_URL);
    const flow = await startFlow(env.DATA_DIR, env);
    sent = await sendHits(flow.url, 40);
    await settled(flow.url, sent.sent);
    before = await allOf(flow.url);
    made = await runWell(['backup', '--to', backups], env);
    await flow.close();
  }, 120_000);
  afterAll(async () => {
    await wipe();
    folder.remove();
  }, 120_000);

  it('topics and migrate say that all is done when they run again', async () => {
    const topics = await runTask(['topics'], env);
    const lines = topics.out.trim().split('\n');
    expect(lines.length).toBe(Object.keys(allTopics).length);
    for (const topic of Object.values(allTopics)) {
      expect(topics.out).toMatch(
        new RegExp(`^${name}_${topic}  3 partitions, kept \\d+ days: is there$`, 'm'),
      );
    }
    const migrate = await runTask(['migrate'], env);
    expect(migrate.out.match(/up to date/g)?.length).toBe(4);
    expect(migrate.out).not.toContain('done');
  }, 120_000);

  it('a backup, a wipe and a restore give the same numbers, records, traces, accounts, sites and goals', async () => {
    await wipe();
    rmSync(env.DATA_DIR, { recursive: true, force: true });
    await runWell(['topics'], env);
    await runWell(['migrate'], env);
    await runWell(['restore', made], env);

    const flow = await startFlow(env.DATA_DIR, env);
    await sleep(1000);
    const after = await allOf(flow.url);
    expect(after).toEqual(before);
    expect(before.records.length).toBeGreaterThan(sent.sent);

    const known = {
      type: 'pageview',
      site: 'shop.example',
      id: sent.ids[0],
      url: 'https://shop.example/p/0',
    };
    await postEvents(flow.url, [known, { ...known, id: undefined }], '', { 'user-agent': AGENT });
    const ledger = await settled(flow.url, sent.sent + 2, `?${SPAN}`);
    const was = before.numbers[`ledger?${SPAN}`] as { counted: number; duplicates: number };
    expect(ledger).toMatchObject({ counted: was.counted + 1, duplicates: was.duplicates + 1 });
    await flow.close();
  }, 120_000);

  it('data that are there are replaced only when that is said, and what comes later has the time of the broker', async () => {
    const refused = await runTask(['restore', made], env);
    expect(refused.code).toBe(1);
    expect(refused.said).toMatch(
      /something already in store \(\d+ documents\), stats \(counters\), log \(\d+ records\)/,
    );
    await runWell(['restore', made, '--replace'], env);
    const flow = await startFlow(env.DATA_DIR, env);
    await sleep(1000);
    expect(await allOf(flow.url)).toEqual(before);
    await flow.close();
    expect(await timesOf(engines.kafka, `${name}_events`)).toBe('LogAppendTime');
  }, 120_000);

  it('what was acknowledged before a backup under load is there after its restore, and is counted once', async () => {
    const first = await startFlow(env.DATA_DIR, env);
    const acknowledged: string[] = [];
    let stop = false;
    const load = (async () => {
      for (let n = 0; !stop; n++) {
        const items = Array.from({ length: 20 }, (_, i) => ({
          type: 'load',
          url: `https://shop.example/${n}/${i}`,
        }));
        const answer = await postEvents(first.url, items, '?ack=durable', { 'user-agent': AGENT });
        const { results } = (await answer.json()) as { results: { id: string }[] };
        acknowledged.push(...results.map(({ id }) => id));
        await sleep(20);
      }
    })();
    await sleep(1500);
    const early = acknowledged.length;
    const out = await runWell(['backup', '--to', backups], env, spawnTask);
    const during = acknowledged.length - early;
    expect(during).toBeGreaterThan(100);
    stop = true;
    await load;
    await first.close();

    await wipe();
    await runWell(['restore', out], env);
    const flow = await startFlow(env.DATA_DIR, env);
    await sleep(2000);
    const ledger = await settled(flow.url, sent.sent + early, `?${SPAN}`);
    const { events } = await getJson<{ events: number }>(`${flow.url}/stats/summary?type=load&${SPAN}`);
    expect(events).toBeGreaterThanOrEqual(early);
    const again = acknowledged.slice(0, early).map((id) => ({ type: 'load', id }));
    for (let at = 0; at < again.length; at += 200) {
      await postEvents(flow.url, again.slice(at, at + 200), '', { 'user-agent': AGENT });
    }
    const after = await settled(flow.url, ledger.received + again.length, `?${SPAN}`);
    expect(after).toMatchObject({
      counted: ledger.counted,
      duplicates: ledger.duplicates + again.length,
    });
    await flow.close();
  }, 180_000);

  it('goes over to the embedded engines without the counters, which are counted again', async () => {
    const dataDir = join(folder.path, 'embedded');
    const refused = await runTask(['restore', made], { DATA_DIR: dataDir });
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.said).toMatch(/comes from redis and cannot be put into sqlite: leave the counters out/);
    const only = ['--only', 'log,store,buffer'];
    await runWell(['restore', made, ...only], { DATA_DIR: dataDir });
    const flow = await startFlow(dataDir, { SECRET_KEY });
    await settled(flow.url, sent.sent);
    expect(await numbersOf(flow.url, SPAN)).toEqual(before.numbers);
    expect(await documentsOf(`sqlite:${dataDir}/store.db`)).toEqual(before.documents);
    await flow.close();
    // And the records with their times.
    expect(await recordsOf(`sqlite:${dataDir}/log.db`)).toEqual(before.records);

    // And back again.
    const out = await runWell(['backup', '--to', backups], { DATA_DIR: dataDir });
    await wipe();
    await runWell(['restore', out, ...only], env);
    const again = await startFlow(env.DATA_DIR, env);
    await settled(again.url, sent.sent);
    expect(await allOf(again.url)).toEqual(before);
    await again.close();
  }, 180_000);
});
