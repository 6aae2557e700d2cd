// Run by load.ts: a server that does nothing but answer. Its delays are the machine's.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const gif = Buffer.alloc(43);
const server = createServer((_request, response) => response.end(gif));
server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
process.on('disconnect', () => process.exit(0));
