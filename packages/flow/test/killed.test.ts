import { randomInt, randomUUID } from 'node:crypto';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { seeded } from '@pushtech/testing/seeded';
import { afterEach, expect, it } from 'vitest';
import { dataFolder, getJson, postEvents, settled, spawnFlow, sum } from './start-flow.ts';

const folders: ReturnType<typeof dataFolder>[] = [];
const newFolder = () => {
  const folder = dataFolder();
  folders.push(folder);
  return folder.path;
};
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

/** How often each id lies on the log. */
const idsOnLog = async (dataDir: string): Promise<Map<string, number>> => {
  const log = await openLog(`sqlite:${dataDir}/log.db`);
  const ids = new Map<string, number>();
  try {
    for (let from = 0; ; ) {
      const { records, next } = await log.read(topics.events, 0, from, 1000);
      if (records.length === 0) return ids;
      for (const { key } of records) ids.set(key, (ids.get(key) ?? 0) + 1);
      from = next;
    }
  } finally {
    await log.close();
  }
};

it('loses no acknowledged event in 20 rounds of kill -9 under load, and counts each once', async () => {
  const seed = Number(process.env.SEED ?? randomInt(1 << 30));
  console.log(`seed ${seed} (SEED=${seed} repeats this run)`);
  const random = seeded(seed);
  const dataDir = newFolder();
  const acknowledged = new Set<string>();
  const sent = new Set<string>();

  const sendUntilKilled = async (url: string): Promise<void> => {
    for (;;) {
      const items = Array.from({ length: 1 + Math.floor(random() * 40) }, () => ({
        type: 'pageview',
        id: randomUUID(),
      }));
      for (const { id } of items) sent.add(id);
      try {
        const response = await postEvents(url, items, '?ack=durable');
        const { results } = (await response.json()) as { results: { id?: string }[] };
        if (response.status === 202) for (const { id } of results) if (id) acknowledged.add(id);
      } catch {
        return;
      }
    }
  };

  for (let round = 0; round < 20; round++) {
    const { url, child, ended } = await spawnFlow(dataDir);
    const senders = Array.from({ length: 4 }, () => sendUntilKilled(url));
    await sleep(50 + random() * 350);
    child.kill('SIGKILL');
    await Promise.all([ended, ...senders]);
  }

  const last = await spawnFlow(dataDir);
  const ledger = await settled(last.url, acknowledged.size);
  const { events } = await getJson<{ events: number }>(
    `${last.url}/stats/summary?from=1990-01-01&to=2100-01-01&bots=include`,
  );
  last.child.kill('SIGTERM');
  expect(await last.ended).toBe(0);

  const onLog = await idsOnLog(dataDir);
  expect(acknowledged.size).toBeGreaterThan(200);
  expect([...acknowledged].filter((id) => !onLog.has(id))).toEqual([]);
  expect([...onLog.keys()].filter((id) => !sent.has(id))).toEqual([]);
  expect(events).toBe(onLog.size);
  expect(ledger.counted).toBe(onLog.size);
  expect(ledger.kept).toBe([...onLog.values()].reduce((a, b) => a + b, 0));
}, 120_000);

it('loses nothing it answered and fails no request on SIGTERM under pixel load', async () => {
  const dataDir = newFolder();
  const { url, child, ended } = await spawnFlow(dataDir);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const kept = new Set<string>();
  const failures: string[] = [];
  let closing = false;

  const pixel = () =>
    new Promise<void>((resolve) => {
      get(`${url}/t/pageview?site=shop.example`, { agent }, (response) => {
        if (response.statusCode !== 200) failures.push(`status ${response.statusCode}`);
        const id = response.headers['x-event-id'];
        if (typeof id === 'string') kept.add(id);
        if (response.headers.connection === 'close') closing = true;
        response
          .resume()
          .on('end', resolve)
          .on('error', (error) => {
            failures.push(error.message);
            resolve();
          });
      }).on('error', (error: NodeJS.ErrnoException) => {
        // A connection that could not be made was never accepted.
        if (error.code !== 'ECONNREFUSED') failures.push(error.code ?? error.message);
        closing = true;
        resolve();
      });
    });

  const load = Array.from({ length: 16 }, async () => {
    while (!closing) await pixel();
  });
  await sleep(700);
  child.kill('SIGTERM');
  await Promise.all(load);
  expect(await ended).toBe(0);
  agent.destroy();
  expect(failures).toEqual([]);
  expect(kept.size).toBeGreaterThan(500);

  const again = await spawnFlow(dataDir);
  const ledger = await settled(again.url, kept.size);
  again.child.kill('SIGTERM');
  await again.ended;
  const onLog = await idsOnLog(dataDir);
  expect([...kept].filter((id) => !onLog.has(id))).toEqual([]);
  expect(ledger.counted).toBe(kept.size);
  expect(sum(ledger.dropped)).toBe(0);
}, 60_000);
