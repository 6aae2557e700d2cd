// A network that can be broken: what lies between our services and an engine.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens to bytes on their way. */
export interface Weather {
  /** Every chunk comes so many ms later. */
  delayMs?: number;
  /** Bytes a second and direction at the most. */
  bytesPerSecond?: number;
  /** Connections stay and new ones are taken, but nothing passes: half open. */
  blackHole?: boolean;
  /** Each connection is reset when so many bytes have passed through it. */
  resetAfter?: number;
}

export type TcpProxy = Awaited<ReturnType<typeof createTcpProxy>>;

/** Takes connections on a port of loopback and passes them to another, through the weather of the moment. */
export const createTcpProxy = async (targetPort: number, port = 0) => {
  let weather: Weather = {};
  const pairs = new Set<[Socket, Socket]>();

  /** One direction. Chunks keep their order: each waits for the one before it. */
  const pass = (from: Socket, to: Socket, count: (bytes: number) => void): void => {
    let before: Promise<unknown> = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      // A black hole takes what is sent and gives nothing: to the sender all looks well.
      if (weather.blackHole) return;
      const { delayMs = 0, bytesPerSecond } = weather;
      const ms = delayMs + (bytesPerSecond ? (chunk.length * 1000) / bytesPerSecond : 0);
      if (bytesPerSecond) from.pause();
      const due = new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : resolve(undefined)));
      before = Promise.all([before, due]).then(() => {
        from.resume();
        if (to.writable) to.write(chunk);
        count(chunk.length);
      });
    });
    from.on('error', () => {});
    from.on('close', () => {
      // A connection whose other end went away while nothing passed is not told of it.
      if (!weather.blackHole) void before.then(() => to.destroy());
    });
  };

  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    const pair: [Socket, Socket] = [client, target];
    let passed = 0;
    const count = (bytes: number): void => {
      passed += bytes;
      if (weather.resetAfter !== undefined && passed >= weather.resetAfter)
        for (const socket of pair) socket.resetAndDestroy();
    };
    pairs.add(pair);
    client.once('close', () => pairs.delete(pair));
    pass(client, target, count);
    pass(target, client, count);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
  };

  return {
    port: (server.address() as AddressInfo).port,
    /** Every connection is reset; new ones work. */
    cut,
    change(next: Weather): void {
      weather = next;
    },
    /** Fine weather. What a black hole has swallowed is gone: its connections can never be sound again. */
    clear(): void {
      const wasHole = weather.blackHole;
      weather = {};
      if (wasHole) cut();
    },
    async close(): Promise<void> {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
};
