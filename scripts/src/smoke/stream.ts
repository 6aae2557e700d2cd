import { WebSocket } from 'ws';
import type { Road } from './ask.ts';

export interface Stream {
  /** Ids of the events seen so far. */
  seen: ReadonlySet<string>;
  /** Why it is over; empty while it goes on. */
  ended: () => string;
  close: () => void;
}

/** Status of the answer where the server does not take it up. */
export class StreamRefused extends Error {
  status: number;
  constructor(status: number) {
    super(`the websocket is refused with ${status}`);
    this.status = status;
  }
}

const idsIn = (data: unknown): string[] => {
  const { events } = JSON.parse(String(data)) as { events?: { id?: unknown }[] };
  return Array.isArray(events) ? events.map(({ id }) => String(id)) : [];
};

/** Opens the live stream of kafidx. @throws StreamRefused, or what keeps the connection away */
export const openStream = (address: string, headers: Record<string, string>, road: Road): Promise<Stream> =>
  new Promise((resolve, reject) => {
    const { timeout, ...way } = road;
    const socket = new WebSocket(address.replace(/^http/, 'ws'), {
      headers,
      handshakeTimeout: timeout,
      perMessageDeflate: false,
      ...way,
    });
    const seen = new Set<string>();
    let end = '';
    socket.on('message', (data) => {
      try {
        for (const id of idsIn(data)) seen.add(id);
      } catch {
        end = 'a frame is no JSON';
      }
    });
    socket.on('unexpected-response', (_request, response) => {
      reject(new StreamRefused(response.statusCode ?? 0));
      response.destroy();
    });
    socket.on('error', reject);
    socket.on('close', (code) => {
      end ||= `the websocket was closed with ${code}`;
    });
    socket.on('open', () => resolve({ seen, ended: () => end, close: () => socket.terminate() }));
  });
