import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A connection on which anything may be said. */
export const open = async (url: string): Promise<Socket> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return socket;
};

/** What comes until the other side closes, as latin1. Fails when that takes longer than `withinMs`: a hang. */
export const hear = (socket: Socket, withinMs = 10_000): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`it was not closed within ${withinMs} ms; heard so far: ${text.slice(0, 500)}`));
    }, withinMs);
    socket.setEncoding('latin1');
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('close', () => {
      clearTimeout(late);
      resolve(text);
    });
  });

/** Sends the parts as they are and hears the answer out. The last request should say `Connection: close`. */
export const say = async (url: string, ...parts: (string | Uint8Array)[]): Promise<string> => {
  const socket = await open(url);
  const answer = hear(socket);
  for (const part of parts) {
    if (!socket.writable) break;
    if (!socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part))
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), sleep(1000)]);
  }
  return answer;
};

export const request = (target: string, headers: string[] = [], method = 'GET'): string =>
  [`${method} ${target} HTTP/1.1`, 'Host: localhost', ...headers, 'Connection: close', '', ''].join('\r\n');

/** All status codes of the answers in a text. */
export const statuses = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => Number(code));

export const header = (text: string, name: string): string | undefined =>
  new RegExp(`\r\n${name}: ([^\r]*)\r\n`, 'i').exec(text)?.[1];
