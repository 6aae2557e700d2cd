import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Something on a port that answers whatever it is sent with the same bytes. @param answer absent = nothing at all */
export const createListener = async (answer?: string | Uint8Array) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => answer !== undefined && socket.write(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
