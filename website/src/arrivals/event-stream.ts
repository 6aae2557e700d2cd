import type { FastifyReply } from 'fastify';

const LOOK_MS = 500;
const BEAT_MS = 15_000;

export interface EventStream {
  /** One message; nothing after `end`. */
  send(name: string, data: object): void;
  end(): void;
  /** Called once, whoever ended it. */
  closed(done: () => void): void;
}

/**
 * Server-sent events on a reply. The connection belongs to this stream alone and ends with it, at the latest after
 * `lifeMs`, and at once when the server drains: it then takes keep-alive away from what is under way.
 */
export const openEventStream = (reply: FastifyReply, lifeMs: number): EventStream => {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-accel-buffering': 'no',
    connection: 'close',
  });
  raw.flushHeaders();
  const begun = Date.now();
  // A client that asked to close has it false from the start.
  const wasKept = raw.shouldKeepAlive;
  let beat = begun;
  const timer = setInterval(() => {
    const now = Date.now();
    if ((wasKept && !raw.shouldKeepAlive) || now - begun > lifeMs) raw.end();
    else if (now - beat > BEAT_MS) {
      beat = now;
      raw.write(':\n\n');
    }
  }, LOOK_MS);
  raw.on('close', () => clearInterval(timer));
  raw.on('error', () => raw.destroy());
  return {
    send(name, data) {
      if (!raw.writableEnded) raw.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end: () => void raw.end(),
    closed: (done) => void raw.once('close', done),
  };
};
