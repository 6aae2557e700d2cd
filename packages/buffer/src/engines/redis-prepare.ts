import { connect, parseRedisUrl, type RedisServer, whenUp } from '@pushtech/redis';
import type { PreparedTables } from '@pushtech/sqlite';
import { createGroup, GROUP, keysOf } from './redis-scripts.ts';
import { toBufferError } from './redis-server.ts';

const UP_MS = 3000;

const prepareServer = async (
  server: RedisServer,
  entries: string,
  dryRun: boolean,
): Promise<PreparedTables> => {
  const connection = connect(server);
  try {
    await whenUp(connection, UP_MS);
    const { client } = connection;
    const groups = (await client.exists(entries)) ? await client.xinfo('GROUPS', entries) : [];
    const isThere = (groups as unknown[]).length > 0;
    if (!isThere && !dryRun) await createGroup(client, entries);
    const found = isThere ? `${await client.xlen(entries)} entries waiting` : 'nothing yet';
    const place = `${server.name}/${server.db}`;
    return { place, found, changes: isThere ? [] : [`group ${GROUP} of ${entries}`] };
  } catch (error) {
    throw toBufferError(error, server.name);
  } finally {
    await connection.close();
  }
};

/** Makes the group of the workers on each server. @throws PushtechError `BUFFER_DOWN` (retry) */
export const prepareRedisBuffer = async (url: string, dryRun: boolean): Promise<PreparedTables[]> => {
  const { servers, prefix } = parseRedisUrl(url);
  return Promise.all(servers.map((server) => prepareServer(server, keysOf(prefix).entries, dryRun)));
};
