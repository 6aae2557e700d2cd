import { makeToken } from '@pushtech/admin';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { secretKey, startKafidx } from './start.ts';

const bearer = (scope: 'stream:read' | 'import', expires = Date.now() + 60_000) => ({
  authorization: `Bearer ${makeToken({ secretKey, id: 'test', scopes: [scope], expires })}`,
});
const password = 'correct horse';

describe('the stream', () => {
  it.each([
    ['nobody', {}, 401, 'unauthorized'],
    ['a forged token', { authorization: 'Bearer pt_x.y' }, 401, 'not one of ours'],
    ['an old token', bearer('stream:read', 1), 401, 'expired'],
    ['a token without the scope', bearer('import'), 403, 'stream:read'],
    [
      'a page of elsewhere, even with a good token',
      { ...bearer('stream:read'), origin: 'https://evil.example' },
      403,
      'origin',
    ],
  ])('is refused to %s before the upgrade', async (_who, headers, status, says) => {
    const kafidx = await startKafidx({ password });
    const answer = await kafidx.refusal(headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(JSON.parse(answer.body))).toContain(says);
  });

  it('is open to a token with the scope, and to API_TOKEN', async () => {
    const kafidx = await startKafidx({ password });
    await kafidx.view('', bearer('stream:read'));
    await kafidx.view('', { authorization: 'Bearer api-token' });
  });

  it('without a password is open on this machine to our own pages and to programs only', async () => {
    const kafidx = await startKafidx();
    await kafidx.view();
    await kafidx.view('', { origin: `http://127.0.0.1:${kafidx.port}` });
    expect((await kafidx.refusal({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await kafidx.refusal({ origin: 'null' })).status).toBe(403);
    expect((await kafidx.refusal({ host: 'rebound.example', origin: 'http://rebound.example' })).status).toBe(
      401,
    );
    expect((await kafidx.refusal({ 'x-forwarded-for': '192.0.2.1' })).status).toBe(401);
  });

  it('leaves other websockets to others', async () => {
    const kafidx = await startKafidx();
    const request = { url: '/kafidx/streams', headers: {} };
    expect(kafidx.service.upgrade?.(request as never, {} as never, Buffer.alloc(0))).toBe(false);
  });

  it('says what it is to those who do not upgrade', async () => {
    const { app } = await startKafidx();
    expect((await app.inject({ url: '/kafidx/stream', headers: { host: 'localhost' } })).statusCode).toBe(
      426,
    );
  });
});

describe('a viewer that is connected', () => {
  afterEach(() => void vi.useRealTimers());
  const closeOf = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve));

  it('is let go when its token ends', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    let now = Date.now();
    const kafidx = await startKafidx({ password, clock: () => now });
    const { socket } = await kafidx.view('', bearer('stream:read', now + 1000));
    const closed = closeOf(socket);
    now += 1000;
    vi.advanceTimersByTime(15_000);
    expect(await closed).toBe(4401);
  });

  it('is let go when it answers no ping for a minute, and stays when it does', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    const kafidx = await startKafidx();
    const silent = (await kafidx.view()).socket;
    const alive = (await kafidx.view()).socket;
    silent.pong = () => {};
    const closed = closeOf(silent);
    for (let i = 0; i < 5; i++) {
      const pinged = new Promise((resolve) => alive.once('ping', resolve));
      vi.advanceTimersByTime(15_000);
      await pinged;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await closed).toBe(1006);
    expect(alive.readyState).toBe(alive.OPEN);
  });
});

describe('GET /kafidx', () => {
  const local = { host: 'localhost:8080' };

  it('is a page for browsers and JSON for programs', async () => {
    const { app, view } = await startKafidx();
    await view();
    const page = await app.inject({ url: '/kafidx', headers: { ...local, accept: 'text/html' } });
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).not.toMatch(/style=|<style|<script(?! type="module" src=| type="application\/json")/);
    const json = await app.inject({ url: '/kafidx', headers: { ...local, accept: 'application/json' } });
    expect(json.json()).toEqual({
      stream: '/kafidx/stream',
      topics: ['events', 'events.dead'],
      viewers: 1,
      rate: { events: 0, dead: 0 },
    });
  });

  it('sends browsers to the sign-in and refuses programs without the scope', async () => {
    const { app } = await startKafidx({ password });
    const page = await app.inject({ url: '/kafidx?site=a', headers: { accept: 'text/html' } });
    expect([page.statusCode, page.headers.location]).toEqual([302, '/auth/sign-in?to=%2Fkafidx%3Fsite%3Da']);
    expect((await app.inject({ url: '/kafidx' })).statusCode).toBe(401);
    expect((await app.inject({ url: '/kafidx', headers: bearer('import') })).statusCode).toBe(403);
  });
});
