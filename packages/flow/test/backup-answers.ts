import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { runTask as run } from '@pushtech/scripts';
import { listAll, openStore } from '@pushtech/store';
import { getJson, postEvents } from './start-flow.ts';

export const AGENT =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15';
const BOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

const questions = (span: string): string[] => [
  ...['', '&bots=include', '&site=shop.example', '&type=goal/bought'].map((more) => `summary?${span}${more}`),
  ...['minute', 'hour', 'day'].map((interval) => `series?interval=${interval}&bots=include&${span}`),
  ...['type', 'path', 'source', 'country', 'device', 'site'].map(
    (dimension) => `top?dimension=${dimension}&limit=1000&bots=include&${span}`,
  ),
  `ledger?${span}`,
];

/** All that `/stats` says of some hours, with the questions as names. */
export const numbersOf = async (url: string, span: string): Promise<Record<string, unknown>> => {
  const answers: Record<string, unknown> = {};
  for (const question of questions(span)) {
    const answer = await getJson<Record<string, unknown>>(`${url}/stats/${question}`);
    // How long the newest heartbeat took says nothing of what is kept.
    const { road: _, ...rest } = answer;
    answers[question] = rest;
  }
  return answers;
};

/** What the trace says of an id: in which records it is, and what became of it. */
export const traceOf = async (url: string, id: string): Promise<unknown> => {
  const { verdict, records } = await getJson<{ verdict: string; records: Record<string, unknown>[] }>(
    `${url}/kafidx/trace/${id}`,
  );
  // Where it lies may be another place afterwards.
  return { verdict, records: records.map(({ partition: _, position: __, ...rest }) => rest) };
};

/** What people made: accounts, sites, goals and the rest. */
export const documentsOf = async (storeUrl: string): Promise<Record<string, unknown>> => {
  const store = await openStore(storeUrl);
  const { close: _, ...kinds } = store;
  const found: Record<string, unknown> = {};
  for (const [kind, documents] of Object.entries(kinds)) {
    found[kind] = await listAll<{ id: string }>(documents as never);
  }
  await store.close();
  return found;
};

/** Every record of the log with its time, without its place: partitions may be others afterwards. */
export const recordsOf = async (logUrl: string): Promise<string[]> => {
  const log = await openLog(logUrl);
  const found: string[] = [];
  for (const topic of Object.values(topics)) {
    for (const { partition, start, end } of await log.ranges(topic)) {
      for (let from = start; from < end; ) {
        const { records, next } = await log.read(topic, partition, from, 1000);
        for (const { at, key, value, headers } of records)
          found.push(JSON.stringify([topic, at, key, value, headers]));
        from = next;
      }
    }
  }
  await log.close();
  return found.toSorted();
};

/** A site, a goal, two people: what the numbers need, and what a restore must bring back. */
export const fillStore = async (storeUrl: string): Promise<void> => {
  const store = await openStore(storeUrl);
  const createdAt = Date.now();
  const conditions = [{ field: 'path', is: 'starts', value: '/thanks' }] as const;
  await store.goals.insert({
    id: 'bought',
    name: 'Käufe \u2028 🛒',
    type: 'pageview',
    conditions,
    createdAt,
  });
  await store.sites.insert({
    ...{ id: 'shop.example', name: 'Shop', timeZone: 'Europe/Berlin', createdAt },
    ...{ origins: [], excludedAddresses: [], excludedPaths: ['/intern/*'] },
  });
  for (const name of ['ada', 'grace']) {
    await store.accounts.insert({ id: name, email: `${name}@shop.example`, name, role: 'owner', createdAt });
  }
  await store.close();
};

/** Varied hits: pages, a goal, bots, left out by rule, dead, seen twice, texts of all kinds. @returns the ids that became events */
export const sendHits = async (url: string, rounds: number): Promise<{ sent: number; ids: string[] }> => {
  const ids: string[] = [];
  let sent = 0;
  const send = async (items: object[], agent = AGENT): Promise<void> => {
    const answer = await postEvents(url, items, '?ack=durable', { 'user-agent': agent });
    const { results = [] } = (await answer.json()) as { results?: { id?: string }[] };
    ids.push(...results.flatMap(({ id }) => id ?? []));
    sent += items.length;
  };
  for (let round = 0; round < rounds; round++) {
    const page = (path: string, more = {}) => ({
      ...{
        type: 'pageview',
        site: 'shop.example',
        vid: `visitor${round}`,
        url: `https://shop.example${path}`,
      },
      ...more,
    });
    await send([
      page(`/p/${round % 7}?utm_source=letter`, { referrer: 'https://www.google.com/' }),
      page('/thanks/you', { properties: { price: round, note: 'a\u2028b 💶 "q" \\ \t' } }),
      page('/intern/secret'),
      { type: 'signup', plan: round % 2 ? 'pro' : 'free', site: `site${round % 3}.example` },
    ]);
    await send([page('/bots')], BOT);
    await fetch(`${url}/t/pageview?site=shop.example&url=https%3A%2F%2Fshop.example%2Fpixel%2F${round % 4}`);
    sent += 1;
  }
  return { sent, ids };
};

type Run = (
  args: readonly string[],
  env: Record<string, string>,
) => Promise<{ code: number; out: string; said: string }>;

/** A task within this process, as `main.ts` runs it. */
export const runTask: Run = async (args, env) => {
  const [out, said]: [string[], string[]] = [[], []];
  const code = await run(args, {
    env,
    out: (text) => void out.push(text),
    say: (text) => void said.push(text),
    isTerminal: false,
    clock: Date.now,
  });
  return { code, out: out.join(''), said: said.join('') };
};

const main = new URL('../../../scripts/src/main.ts', import.meta.url).pathname;

/** A task as a user runs it: a process of its own. */
export const spawnTask: Run = (args, env) =>
  promisify(execFile)(process.execPath, [main, ...args], { env: { PATH: process.env.PATH, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, said: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      ...{ code: error.code, out: error.stdout, said: error.stderr },
    }),
  );

/** The same where it must work. @returns what it printed @throws Error with what it said */
export const runWell = async (
  args: readonly string[],
  env: Record<string, string>,
  by: Run = runTask,
): Promise<string> => {
  const { code, out, said } = await by(args, env);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${said}`);
  return out.trim();
};
