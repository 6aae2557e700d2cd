import { setTimeout as sleep } from 'node:timers/promises';
import { connect, parseRedisUrl, type Redis } from '@pushtech/redis';

const PATIENCE_MS = 120_000;
const POLL_MS = 250;

const factsOf = async (client: Redis): Promise<Map<string, string>> => {
  const text = String(await client.info('persistence'));
  return new Map(text.split(/\r?\n/).map((line) => line.split(':', 2) as [string, string]));
};

const untilIdle = async (client: Redis): Promise<boolean> => {
  const busy = ['aof_rewrite_in_progress', 'aof_rewrite_scheduled', 'rdb_bgsave_in_progress'];
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await sleep(POLL_MS)) {
    const facts = await factsOf(client);
    if (busy.every((name) => (facts.get(name) ?? '0') === '0')) return true;
  }
  return false;
};

const rewrite = async (client: Redis, name: string): Promise<string | undefined> => {
  const late = `${name} is still writing its files: run the same again`;
  if (!(await untilIdle(client))) return late;
  const isAppendOnly = (await factsOf(client)).get('aof_enabled') === '1';
  // A snapshot that lies there from before goes with the next one.
  await client.bgsave();
  if (!(await untilIdle(client))) return late;
  if (isAppendOnly) await client.bgrewriteaof();
  return (await untilIdle(client)) ? undefined : late;
};

/**
 * Has Redis write its files anew: they hold old commands until then.
 * @returns why it was not done, in words, for each server
 */
export const rewriteRedis = async (url: string): Promise<string[]> => {
  const problems: string[] = [];
  for (const server of parseRedisUrl(url).servers) {
    const connection = connect(server);
    await connection.tried;
    const problem = await connection
      .call((client) => rewrite(client, server.name))
      .catch((error: Error) => `${server.name} was not told to write its files anew: ${error.message}`);
    if (problem !== undefined) problems.push(problem);
    await connection.close();
  }
  return problems;
};
