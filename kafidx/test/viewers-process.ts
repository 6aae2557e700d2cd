// A process of viewers: connects so many to an address, reads all they get, and says so when they are there.
import { WebSocket } from 'ws';

const [address = '', n = '0'] = process.argv.slice(2);
const sockets = Array.from({ length: Number(n) }, () => new WebSocket(address, { perMessageDeflate: false }));
for (const socket of sockets) socket.on('message', () => {});
await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('open', resolve))));
process.send?.('open');
process.on('message', () => process.exit(0));
