import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { hearTask } from './hear-task.ts';

const main = new URL('../src/main.ts', import.meta.url).pathname;

/** A websocket as kafidx offers it: what it was asked, and who listens. */
const startStream = async (refuse?: (token: string | undefined) => number | undefined) => {
  const asked: string[] = [];
  const sockets: WebSocket[] = [];
  const server: Server = createServer();
  const websockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const status = refuse?.(request.headers.authorization);
    if (status !== undefined) {
      const body = '{"message":"This token lacks the scope stream:read."}';
      socket.end(
        `HTTP/1.1 ${status} No\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
      return;
    }
    asked.push(request.url ?? '');
    websockets.handleUpgrade(request, socket, head, (opened) => sockets.push(opened));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const say = (frame: object): void => sockets.at(-1)?.send(JSON.stringify(frame));
  return { asked, sockets, url: `http://127.0.0.1:${port}`, say };
};

/** The task as a process of its own, and what it writes. */
const startTail = (...args: string[]) => {
  const child: ChildProcess = spawn(process.execPath, [main, 'tail', ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const heard = { out: '', said: '' };
  child.stdout?.on('data', (chunk) => {
    heard.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    heard.said += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, heard, ended };
};

const event = {
  id: '01980d2e-7c1f-7a3b-8c4d-5e6f7a8b9c0d',
  type: 'pageview',
  site: 'shop.example',
  receivedAt: '2026-11-22T03:04:05.678Z',
  page: { path: '/shoes' },
  place: { city: 'Berlin', country: 'DE' },
  bot: { reasons: ['agent'] },
};
const dead = { at: event.receivedAt, reason: 'type_invalid', message: 'type: is no type', id: event.id };

const soon = { timeout: 20_000, interval: 20 };

test('shows a line for each event and dead letter, tells what was skipped, and ends with 0 on Ctrl-C', async () => {
  const stream = await startStream();
  const { child, heard, ended } = startTail(
    '--url',
    stream.url,
    '--type=pageview',
    '--path',
    '/shop/*',
    '--dead=1',
  );
  await expect.poll(() => stream.sockets.length, soon).toBe(1);
  expect(stream.asked).toEqual(['/kafidx/stream?type=pageview&path=%2Fshop%2F*&dead=1']);
  stream.say({ events: [event, event] });
  stream.say({ dead: [dead] });
  stream.say({ skipped: 7 });
  stream.say({ rate: { events: 2 } });
  await expect.poll(() => heard.said, soon).toContain('7 skipped');
  await expect.poll(() => heard.out.split('\n').length, soon).toBe(4);
  expect(heard.out.split('\n')[0]).toBe('03:04:05.678  pageview      shop.example  /shoes  Berlin, DE  bot');
  expect(heard.out).toContain('dead type_invalid  type: is no type');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
}, 60_000);

test('writes JSON that a program reads, and nothing that a terminal obeys', async () => {
  const stream = await startStream();
  const { child, heard, ended } = startTail('--url', stream.url, '--json');
  await expect.poll(() => stream.sockets.length, soon).toBe(1);
  const evil = {
    ...event,
    type: '\u001b]0;owned\u0007\u001b[2J\r\n\u202e\u{e0041}\u009b',
    properties: { '\u0000': 1 },
  };
  stream.say({ events: [evil] });
  stream.say({ dead: [{ ...dead, message: evil.type }] });
  await expect.poll(() => heard.out.split('\n').length, soon).toBe(3);
  const [first, second] = heard.out.split('\n') as [string, string];
  expect(JSON.parse(first)).toEqual(evil);
  expect(JSON.parse(second)).toEqual({ dead: { ...dead, message: evil.type } });
  expect(heard.out).toMatch(/^[\x20-\x7e\n]*$/);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
}, 60_000);

test('defuses what senders sent in its coloured lines too', async () => {
  const { deadLine, eventLine, createPaint } = await import('../src/tail/lines.ts');
  const evil = 'a\u001b[2J\u0007\r\nb\u202e\u2028';
  const own = ['0', '2', '33', '35', '1;36', '1;31'].map((style) => `\u001b[${style}m`);
  const paint = createPaint(true);
  const fields = {
    type: evil,
    site: evil,
    page: { path: evil },
    place: { city: evil, country: evil },
    receivedAt: evil,
  };
  for (const line of [
    eventLine({ ...fields, bot: {} }, paint),
    deadLine({ at: evil, reason: evil, message: evil, site: evil, id: evil }, paint),
    eventLine(7, paint),
    eventLine({ page: null, place: 'x', type: {} }, paint),
    deadLine(null, paint),
  ]) {
    expect(own.reduce((text, style) => text.replaceAll(style, ''), line)).toMatch(/^[\x20-\x7e]*$/);
  }
  expect(eventLine(event, paint)).toContain('\u001b[1;36mpageview');
});

test('opens a lost connection again and says so', async () => {
  const stream = await startStream();
  const { child, heard, ended } = startTail('--url', stream.url);
  await expect.poll(() => stream.sockets.length, soon).toBe(1);
  stream.sockets[0]?.terminate();
  await expect.poll(() => heard.said, soon).toContain('Connection lost');
  await expect.poll(() => stream.sockets.length, soon).toBe(2);
  stream.say({ events: [event] });
  await expect.poll(() => heard.out, soon).toContain('/shoes');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}, 60_000);

test.each([
  [401, 'a token is needed'],
  [403, 'needs the scope stream:read'],
  [404, 'there is no kafidx'],
])('ends with 1 and a sentence on %i', async (status, sentence) => {
  const stream = await startStream((token) => (token === 'Bearer good' ? undefined : status));
  const { code, said, out } = await hearTask(['tail', '--url', stream.url, '--token', 'bad'], {});
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(said).toContain(sentence);
  expect(said).not.toContain('bad');
});

test('ends with 1 when nobody listens, and with 2 when the command makes no sense', async () => {
  const stream = await startStream();
  const nobody = await hearTask(['tail', '--url', 'http://127.0.0.1:1'], {});
  expect(nobody).toMatchObject({ code: 1, said: expect.stringContaining('nothing listens there') });
  expect((await hearTask(['tail', '--url', 'ftp://x'], {})).code).toBe(2);
  expect((await hearTask(['tail', 'pageview'], {})).code).toBe(2);
  const task = hearTask(['tail', '--url', stream.url, '--country', 'Germany'], {});
  await expect.poll(() => stream.sockets.length, soon).toBe(1);
  stream.say({ error: { code: 'filter_invalid', message: 'country must be two letters' } });
  expect(await task).toMatchObject({ code: 2, said: expect.stringContaining('country must be two letters') });
}, 60_000);
