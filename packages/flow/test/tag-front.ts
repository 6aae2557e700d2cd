import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** `busy`: 503 like a tracker whose buffer is full. `mute`: hands on, but the answer never reaches the sender. */
export type FrontMode = 'pass' | 'busy' | 'mute';

const answerBusy = (response: ServerResponse): void => {
  response
    .writeHead(503, {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'Retry-After',
      'Retry-After': '1',
    })
    .end('{"error":"unavailable"}');
};

/** Stands before the tracker as a proxy does, may spoil the way of hits, and notes what came. */
export const startFront = async (to: string) => {
  const front = { url: '', mode: 'pass' as FrontMode, posts: [] as string[], pixels: [] as string[], close };

  const handOn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isHit = !request.url?.endsWith('.js') && request.method !== 'OPTIONS';
    const body = await text(request);
    if (isHit) (request.method === 'POST' ? front.posts : front.pixels).push(body || (request.url ?? ''));
    if (isHit && front.mode === 'busy') return answerBusy(response);
    const { mode } = front;
    const onwards = ask(to + request.url, { method: request.method, headers: request.headers }, (answer) => {
      if (isHit && mode === 'mute') return void response.destroy();
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    onwards.end(body);
  };

  const server = createServer((request, response) => {
    handOn(request, response).catch(() => response.destroy());
  });
  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  front.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return front;
};

export type Front = Awaited<ReturnType<typeof startFront>>;
