import { connect, parseRedisUrl, whenUp } from '@pushtech/redis';
import type { PreparedTables } from '@pushtech/sqlite';
import { statsError } from '../../errors.ts';
import { rootOf } from './names.ts';
import { createServer } from './server.ts';

/** What the keys mean. A change that older versions cannot read, or that needs work, is the next number. */
export const FORMAT = 1;

const UP_MS = 3000;

/** One server, and where in it everything of ours begins. */
export const openPlace = async (url: string) => {
  const { servers, prefix } = parseRedisUrl(url);
  const [only, second] = servers;
  if (!only || second) {
    throw statsError('STATS_URL', 'the counters lie in one Redis server: name one, not a list');
  }
  const connection = connect(only, 30_000);
  try {
    await whenUp(connection, UP_MS);
  } catch (error) {
    await connection.close();
    throw statsError('STATS_DOWN', (error as Error).message, error);
  }
  const server = createServer(connection);
  return { root: rootOf(prefix), place: `${only.name}/${only.db}`, server, close: connection.close };
};

export type Place = Awaited<ReturnType<typeof openPlace>>;

/** The number that the keys carry; 0 = there are none. Keys without a number are of the first format. */
export const readFormat = async ({ server, root, place }: Place): Promise<number> => {
  const [number, isThere] = await server.run((client) =>
    Promise.all([client.get(`${root}format`), client.exists(`${root}positions`, `${root}levels`)]),
  );
  const found = number === null ? Math.min(isThere, 1) : Number(number);
  if (found <= FORMAT) return found;
  throw statsError(
    'STATS_NEWER',
    `the counters in ${place} were written by a newer pushtech (format ${found}; this one knows ${FORMAT})`,
  );
};

/** Writes down of what format the keys are. @throws PushtechError `STATS_NEWER` (fatal), `STATS_DOWN` (retry) */
export const prepareRedisStats = async (url: string, dryRun: boolean): Promise<PreparedTables> => {
  const opened = await openPlace(url);
  const { root, place, server, close } = opened;
  try {
    const found = await readFormat(opened);
    const isNamed = (await server.run((client) => client.exists(`${root}format`))) === 1;
    if (!isNamed && !dryRun) await server.run((client) => client.set(`${root}format`, FORMAT));
    const words = found === 0 ? 'no counters yet' : `format ${found}`;
    return { place, found: words, changes: isNamed ? [] : [`${root}format = ${FORMAT}`] };
  } finally {
    await close();
  }
};
