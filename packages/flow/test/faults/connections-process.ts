// Run by overload.faults.ts: many visitors whose browsers keep their connections open and ask now and then.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const AT_ONCE = 200;
/** Of all connections together, a second. HEAD: answered like a pixel, and nobody saw a page. */
const ASKS = 200;

const { port, count } = JSON.parse(process.argv[2] ?? '{}') as { port: number; count: number };
const sockets: Socket[] = [];
let ended = 0;

const open = async (): Promise<void> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.on('close', () => {
    ended += 1;
  });
  socket.resume();
  sockets.push(socket);
};

while (sockets.length < count) {
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - sockets.length) }, open));
}
process.send?.('open');

setInterval(() => {
  for (let n = 0; n < ASKS / 20; n++) {
    const socket = sockets[Math.floor(Math.random() * sockets.length)];
    socket?.write('HEAD /t/fault HTTP/1.1\r\nHost: localhost\r\n\r\n');
  }
}, 50);
process.on('message', () => process.send?.({ ended }));
process.on('disconnect', () => process.exit(0));
