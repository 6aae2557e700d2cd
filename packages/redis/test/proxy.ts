// A network that can be broken: a TCP proxy before a server.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  port: number;
  /** Connections that were ever made through it. */
  connections(): number;
  /** Every connection ends at once; new ones work. */
  cut(): void;
  /** Half open: connections stay and are taken, but no byte passes, also on new ones. */
  stall(): void;
  /** Bytes pass again, those that waited too. */
  flow(): void;
  close(): Promise<void>;
}

/** Listens on a free port of loopback and passes everything to `port` there. */
export const startProxy = async (port: number): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  let made = 0;
  let stalled = false;
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (bytes) => to.write(bytes));
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      if (!stalled) to.destroy();
    });
    if (stalled) from.pause();
  };
  const server = createServer((client) => {
    made += 1;
    const target = connect(port, '127.0.0.1');
    join(client, target);
    join(target, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    connections: () => made,
    cut,
    stall() {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    flow() {
      stalled = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
};
