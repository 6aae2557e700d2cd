import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guard } from '@pushtech/admin';
import type { Follower } from '@pushtech/log';
import { answerAndClose } from '@pushtech/service';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Audience } from './audience.ts';
import { everything, readFilter } from './filter.ts';
import { createMessageCap, readMessage } from './messages.ts';
import { createViewer, type Viewer, type ViewerCounts } from './viewer.ts';

const PATH = '/kafidx/stream';
const MAX_VIEWERS = 200;
const PING_MS = 15_000;
/** A viewer that left so many pings without an answer is gone. */
const MAX_UNANSWERED = 4;
/** Close codes: the session or token ended; we are stopping; the viewer talks too much. */
const SIGNED_OUT = 4401;
const GOING_AWAY = 1001;
const TOO_MUCH = 1008;

interface Deps {
  guard: Guard;
  audience: Audience;
  feed: Follower;
  counts: ViewerCounts;
  clock: () => number;
}

const phrases: Record<number, string> = { 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' };

const refuse = (socket: Duplex, status: number, error: string, message: string): void => {
  answerAndClose(socket, `${status} ${phrases[status]}`, { error, message });
};

const queryOf = (url: string): URLSearchParams => new URLSearchParams(url.slice(PATH.length + 1));

/** The websocket side: who may look, what viewers say, who is still there. */
export const createStream = ({ guard, audience, feed, counts, clock }: Deps) => {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 8192 });
  const checks = new Set<() => void>();
  const pings = setInterval(() => {
    for (const check of checks) check();
  }, PING_MS).unref();
  let stopping = false;

  /** Why a request may not look; `undefined` when it may. */
  const refusal = (
    request: IncomingMessage,
  ): [status: number, error: string, message: string] | undefined => {
    if (!guard.originAllowed(request)) return [403, 'origin', 'This was sent by a page of another site.'];
    const { kind, scopes, problem } = guard.identify(request);
    if (kind === 'none')
      return [401, 'unauthorized', problem ?? 'Sign in, or send a token of scope stream:read.'];
    if (!scopes.has('stream:read')) return [403, 'scope', 'This token lacks the scope stream:read.'];
    if (stopping) return [503, 'stopping', 'The live viewer is stopping.'];
    if (server.clients.size >= MAX_VIEWERS)
      return [503, 'viewers', `There are ${MAX_VIEWERS} viewers already.`];
    return undefined;
  };

  const obey = (viewer: Viewer, text: string): void => {
    const message = readMessage(text);
    if (message.kind === 'filter') audience.join(viewer, message.filter);
    else if (message.kind === 'pause') viewer.paused = message.pause;
    else viewer.tell({ error: { code: message.code, message: message.message } });
  };

  const listen = (socket: WebSocket, viewer: Viewer, request: IncomingMessage): void => {
    const mayTalk = createMessageCap(clock);
    let unanswered = 0;
    const heard = (): void => {
      unanswered = 0;
    };
    const check = (): void => {
      unanswered += 1;
      if (unanswered > MAX_UNANSWERED) socket.terminate();
      // Sessions and tokens end while somebody looks.
      else if (!guard.identify(request).scopes.has('stream:read')) socket.close(SIGNED_OUT, 'signed out');
      else socket.ping();
    };
    checks.add(check);
    socket.on('pong', heard);
    socket.on('message', (data, isBinary) => {
      heard();
      if (mayTalk()) obey(viewer, isBinary ? '' : data.toString());
      else socket.close(TOO_MUCH, 'too many messages');
    });
    // Every error is followed by `close`.
    socket.on('error', () => {});
    socket.on('close', () => {
      checks.delete(check);
      audience.leave(viewer);
      if (audience.size === 0) feed.release();
    });
  };

  const welcome = (socket: WebSocket, connection: Duplex, request: IncomingMessage): void => {
    const viewer = createViewer(socket, connection, counts);
    const reading = readFilter(queryOf(request.url ?? ''));
    listen(socket, viewer, request);
    audience.join(viewer, reading.ok ? reading.filter : everything);
    if (!reading.ok) viewer.tell({ error: { code: reading.code, message: reading.message } });
    viewer.tick({ ...audience.rate(), viewers: audience.size });
  };

  /** The handshake ends when the log is followed: who is connected sees every later event. A log that is down may take 2 s. */
  const open = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const followed = feed.follow().catch(() => {});
    await Promise.race([followed, sleep(2000, undefined, { ref: false })]);
    if (stopping) refuse(socket, 503, 'stopping', 'The live viewer is stopping.');
    else server.handleUpgrade(request, socket, head, (websocket) => welcome(websocket, socket, request));
    // Who went away during the handshake leaves no one to read for; who stays is read for, though another one left meanwhile.
    if (audience.size === 0) feed.release();
    else void feed.follow().catch(() => {});
  };

  return {
    path: PATH,
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
      const url = request.url ?? '';
      if (url !== PATH && !url.startsWith(`${PATH}?`)) return false;
      socket.on('error', () => socket.destroy());
      const no = refusal(request);
      if (no) refuse(socket, ...no);
      else void open(request, socket, head);
      return true;
    },
    /** Says good-bye to all viewers; who does not answer is cut off after a second. */
    async stop(): Promise<void> {
      stopping = true;
      clearInterval(pings);
      const gone = [...server.clients].map(
        (socket) => new Promise((resolve) => socket.once('close', resolve)),
      );
      for (const socket of server.clients) socket.close(GOING_AWAY, 'stopping');
      await Promise.race([Promise.all(gone), sleep(1000, undefined, { ref: false })]);
      for (const socket of server.clients) socket.terminate();
    },
  };
};
