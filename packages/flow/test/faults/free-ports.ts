import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports in a row, and the same ones a hundred higher: what a cluster of brokers takes. */
export const freePorts = async (count: number): Promise<number> => {
  const isFree = async (port: number): Promise<boolean> => {
    const server = createServer().listen(port, '127.0.0.1');
    const free = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]).catch(() => false);
    if (free) await new Promise((resolve) => server.close(resolve));
    return free;
  };
  for (let tries = 0; tries < 50; tries++) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const wanted = Array.from({ length: count + 1 }, (_, n) => [first + n, first + 100 + n]).flat();
    const free = await Promise.all(wanted.map(isFree));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
};
