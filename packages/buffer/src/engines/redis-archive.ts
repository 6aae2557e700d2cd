import { connect, parseRedisUrl, whenUp } from '@pushtech/redis';
import type { BufferArchive } from '../archive.ts';
import { unpackBody } from './redis-body.ts';
import { createGroup, keysOf } from './redis-scripts.ts';
import { toBufferError } from './redis-server.ts';

const PAGE = 100;
const UP_MS = 3000;
/** An entry may be large, and a server busy: nobody waits here but the backup. */
const COMMAND_MS = 30_000;

type RawEntry = [id: Buffer, [name: Buffer, value: Buffer]];

/** All servers of the buffer. @throws PushtechError `BUFFER_DOWN` (retry): a backup without one of them would be none */
export const openRedisArchive = async (url: string): Promise<BufferArchive> => {
  const { servers, prefix } = parseRedisUrl(url);
  const keys = keysOf(prefix);
  const connections = servers.map((server) => connect(server, COMMAND_MS));
  const close = async (): Promise<void> => {
    await Promise.all(connections.map((connection) => connection.close()));
  };
  try {
    await Promise.all(connections.map((connection) => whenUp(connection, UP_MS)));
  } catch (error) {
    await close();
    throw toBufferError(error, 'Redis');
  }

  return {
    async *bodies() {
      for (const connection of connections) {
        for (let from = '-', more = true; more; ) {
          const page = (await connection.call((client) =>
            client.xrangeBuffer(keys.entries, from, '+', 'COUNT', PAGE),
          )) as unknown as RawEntry[];
          for (const [, field] of page) yield unpackBody(...field);
          from = `(${page.at(-1)?.[0]}`;
          more = page.length === PAGE;
        }
      }
    },
    async count() {
      const counts = await Promise.all(
        connections.map((one) => one.call((client) => client.xlen(keys.entries))),
      );
      return counts.reduce((sum, n) => sum + n, 0);
    },
    async clear() {
      for (const connection of connections) {
        await connection.call((client) => client.unlink(keys.entries, keys.bytes));
        await createGroup(connection.client, keys.entries);
      }
    },
    close,
  };
};
