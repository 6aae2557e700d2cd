import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { engineUrl } from '@pushtech/testing';
import { type Db, MongoClient } from 'mongodb';

/** The server that tests run on; empty = tests that need it are skipped, and the report says so. */
export const mongoUrl = engineUrl('mongo');

export interface MongoPlace {
  url: string;
  database: string;
  /** A plain client's view of it. */
  db: Db;
  dispose(): Promise<void>;
}

/** The same server, another database, more options. */
export const urlOf = (database: string, more = ''): string => {
  const [, hosts, query = ''] = /^([^?]*?)\/?(?:\?(.*))?$/.exec(mongoUrl) ?? [];
  return `${hosts}/${database}?${[query, more].filter(Boolean).join('&')}`;
};

/** A database of its own that does not exist yet. @param more e.g. `prefix=x_` */
export const createMongoPlace = async (more = ''): Promise<MongoPlace> => {
  const database = `test_${randomBytes(6).toString('hex')}`;
  const url = urlOf(database, more);
  const client = new MongoClient(urlOf(database));
  const db = client.db();
  const dispose = async (): Promise<void> => {
    await db.dropDatabase();
    await client.close();
  };
  return { url, database, db, dispose };
};

/** A network between us and the server that can be away: connections end, and new ones are refused. */
export const startNetwork = async () => {
  const target = new URL(mongoUrl);
  const sockets = new Set<Socket>();
  let server: Server;
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    from.pipe(to);
  };
  const listen = async (port: number): Promise<number> => {
    server = createServer((client) => {
      const upstream = connect(Number(target.port || 27017), target.hostname);
      join(client, upstream);
      join(upstream, client);
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  };
  const port = await listen(0);
  return {
    /** The URL by way of this network. */
    through: (url: string): string => url.replace(target.host, `127.0.0.1:${port}`),
    async away(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
    back: () => listen(port),
  };
};
