import { setTimeout as sleep } from 'node:timers/promises';
import { PushtechError } from '@pushtech/event';
import { WebSocket } from 'ws';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const HANDSHAKE_MS = 10_000;
/** The service pings every 15 s; silence for so long is a connection that is gone. */
const SILENCE_MS = 40_000;
/** Close code of kafidx: the session or token ended. */
const SIGNED_OUT = 4401;

export interface FollowOptions {
  address: string;
  token: string;
  signal: AbortSignal;
  /** A frame, read. */
  frame: (message: Record<string, unknown>) => void;
  opened: () => void;
  /** The connection is lost, the next try comes after so many ms. */
  waiting: (ms: number, why: string) => void;
}

const refused = (status: number | undefined, answer: string): PushtechError => {
  let said = '';
  try {
    said = String((JSON.parse(answer) as { message?: unknown }).message ?? '');
  } catch {}
  const why =
    status === 401
      ? 'a token is needed: set API_TOKEN or --token (npm run tasks -- token NAME --scopes stream:read)'
      : status === 403
        ? 'this token may not read the stream, it needs the scope stream:read'
        : status === 404
          ? 'there is no kafidx at this address'
          : `it answered ${status}`;
  return new PushtechError('TAIL_REFUSED', 'fatal', [why, said].filter(Boolean).join(': '));
};

/** How one connection ended. */
type End = { opened: boolean; why: string };

/** @returns when the connection is over @throws PushtechError when another try would be refused as well */
const connectOnce = ({ address, token, signal, frame, opened }: FollowOptions): Promise<End> =>
  new Promise((resolve, reject) => {
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
    const socket = new WebSocket(address, {
      headers,
      handshakeTimeout: HANDSHAKE_MS,
      perMessageDeflate: false,
    });
    let isOpen = false;
    let why = '';
    let silence: NodeJS.Timeout | undefined;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.terminate(), SILENCE_MS);
    };
    const leave = (): void => socket.terminate();
    signal.addEventListener('abort', leave);

    socket.on('open', () => {
      isOpen = true;
      heard();
      opened();
    });
    socket.on('ping', heard);
    socket.on('message', (data) => {
      heard();
      try {
        frame(JSON.parse(data.toString()) as Record<string, unknown>);
      } catch {
        // A frame that is no JSON is not ours to show.
      }
    });
    socket.on('unexpected-response', (_request, response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        answer = (answer + chunk).slice(0, 4096);
      });
      response.on('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode >= 500) resolve({ opened: false, why: `it answered ${statusCode}` });
        else reject(refused(statusCode, answer));
        socket.terminate();
      });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      why = error.code === 'ECONNREFUSED' ? 'nothing listens there' : error.message;
    });
    socket.on('close', (code) => {
      clearTimeout(silence);
      signal.removeEventListener('abort', leave);
      if (code === SIGNED_OUT) reject(refused(401, ''));
      else resolve({ opened: isOpen, why: why || `closed with ${code}` });
    });
  });

/**
 * Follows the stream until it is told to stop; a lost connection is opened again, with growing pauses.
 * @throws PushtechError `TAIL_REFUSED` where nobody may look, `TAIL_UNREACHABLE` where the first try meets nobody
 */
export const follow = async (options: FollowOptions): Promise<void> => {
  const { signal, waiting } = options;
  let wait = FIRST_WAIT_MS;
  let wasOpen = false;
  while (!signal.aborted) {
    const { opened, why } = await connectOnce(options);
    if (signal.aborted) return;
    if (!opened && !wasOpen)
      throw new PushtechError('TAIL_UNREACHABLE', 'retry', `${options.address}: ${why}`);
    wasOpen = true;
    if (opened) wait = FIRST_WAIT_MS;
    const ms = wait * (0.75 + Math.random() / 2);
    waiting(ms, why);
    await sleep(ms, undefined, { signal }).catch(() => {});
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
};
