import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** `busy`: 503 as a tracker without room. `limited`: 429. `mute`: the tracker has it, but the answer gets lost. */
export type FrontMode = 'pass' | 'busy' | 'limited' | 'mute' | 'hang' | 'html';

const refusals: Partial<Record<FrontMode, [number, Record<string, string>, string]>> = {
  busy: [503, { 'retry-after': '1' }, '{"error":"unavailable"}'],
  limited: [429, { 'retry-after': new Date(Date.now() + 2000).toUTCString() }, 'slow down'],
  html: [404, {}, '<h1>not here</h1>'],
};

export interface Seen {
  items: Record<string, unknown>[];
  bytes: number;
  packed: boolean;
  at: number;
}

/** Between the sender and the tracker, as a proxy is; spoils the way as told, and notes what came. */
export const startFront = async (to: string) => {
  const front = { url: '', mode: 'pass' as FrontMode, seen: [] as Seen[], close };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await buffer(request);
    const packed = request.headers['content-encoding'] === 'gzip';
    const body = packed ? gunzipSync(raw) : raw;
    front.seen.push({ items: JSON.parse(body.toString()), bytes: body.length, packed, at: Date.now() });
    const { mode } = front;
    const refusal = refusals[mode];
    if (mode === 'hang') return;
    if (refusal) return void response.writeHead(refusal[0], refusal[1]).end(refusal[2]);
    const headers = { ...request.headers } as Record<string, string>;
    for (const name of ['host', 'connection', 'content-length', 'transfer-encoding']) delete headers[name];
    const answer = await fetch(to + request.url, { method: 'POST', headers, body: raw });
    const text = await answer.text();
    if (mode === 'mute') return void response.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  front.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/t`;
  return front;
};

export type Front = Awaited<ReturnType<typeof startFront>>;
