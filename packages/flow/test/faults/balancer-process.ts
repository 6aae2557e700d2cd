// Run by balancer.ts as a process of its own: a small HTTP balancer, as an ingress is one. Copies whose `/readyz` does not say
// 200 get nothing; a request goes to the next copy only when no connection could be made, so nothing is sent twice.
import { Agent, createServer, get, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const LOOK_MS = 50;

interface Copy {
  url: string;
  agent: Agent;
  ready: boolean;
}

const newAgent = () => new Agent({ keepAlive: true, maxSockets: 128, scheduling: 'fifo' });
const copies: Copy[] = (JSON.parse(process.argv[2] ?? '[]') as string[]).map((url) => ({
  url,
  agent: newAgent(),
  ready: true,
}));

/** Its idle connections go too: the copy is about to close them. */
const leave = (copy: Copy): void => {
  if (!copy.ready) return;
  copy.ready = false;
  const { agent } = copy;
  copy.agent = newAgent();
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
};

const look = (copy: Copy): void => {
  const asked = get(`${copy.url}/readyz`, { timeout: 1000, agent: false }, (answer) => {
    answer.resume();
    if (answer.statusCode === 200) copy.ready = true;
    else leave(copy);
  });
  asked.on('timeout', () => asked.destroy());
  asked.on('error', () => leave(copy));
};
setInterval(() => copies.forEach(look), LOOK_MS);

let turn = 0;
const next = (tried: ReadonlySet<Copy>): Copy | undefined => {
  for (let n = 0; n < copies.length; n++) {
    const copy = copies[turn++ % copies.length] as Copy;
    if (copy.ready && !tried.has(copy)) return copy;
  }
  return undefined;
};

const pass = (from: IncomingMessage, to: ServerResponse, body: Buffer, tried = new Set<Copy>()): void => {
  const copy = next(tried);
  if (!copy) return void to.writeHead(502).end();
  tried.add(copy);
  const { url, agent } = copy;
  const passed = request(
    `${url}${from.url}`,
    { method: from.method ?? 'GET', headers: from.headers, agent },
    (answer) => {
      const { connection: _own, 'keep-alive': _also, ...headers } = answer.headers;
      to.writeHead(answer.statusCode ?? 502, headers);
      answer.pipe(to);
      answer.on('error', () => to.destroy());
    },
  );
  passed.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED' && !to.headersSent) {
      leave(copy);
      return pass(from, to, body, tried);
    }
    process.stderr.write(`balancer: ${from.method} ${url}: ${error.code ?? error.message}\n`);
    if (to.headersSent) to.destroy();
    else to.writeHead(502).end();
  });
  passed.end(body);
};

const server = createServer((from, to) => {
  const chunks: Buffer[] = [];
  from.on('data', (chunk: Buffer) => chunks.push(chunk));
  from.on('end', () => pass(from, to, Buffer.concat(chunks)));
});
server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('disconnect', () => process.exit(0));
