import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port of loopback that the system says is free. Somebody else may take it before it is used, but hardly ever does. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
