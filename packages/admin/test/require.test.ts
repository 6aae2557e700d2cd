import { describe, expect, it } from 'vitest';
import { makeToken } from '../src/index.ts';
import { NOW, secretKey, startServer } from './start.ts';

const bearer = (scopes: Parameters<typeof makeToken>[0]['scopes']) => ({
  authorization: `Bearer ${makeToken({ secretKey, id: 'test', scopes, expires: NOW + 1000 })}`,
});

describe('a guarded route', () => {
  it('answers a program without identity with 401 and how to get one', async () => {
    const { get } = await startServer();
    const { status, headers, body } = await get('/secret');
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(JSON.parse(body)).toMatchObject({
      error: 'unauthorized',
      message: expect.stringContaining('/auth/sign-in'),
    });
  });

  it('sends a page to the sign-in and back', async () => {
    const { get } = await startServer();
    const { status, headers } = await get('/secret?a=b&c', { accept: 'text/html,*/*' });
    expect([status, headers.location]).toEqual([302, '/auth/sign-in?to=%2Fsecret%3Fa%3Db%26c']);
  });

  it('names the scope a token lacks', async () => {
    const { get, post } = await startServer();
    const { status, body } = await get('/secret', bearer(['import']));
    expect(status).toBe(403);
    expect(JSON.parse(body)).toEqual({
      error: 'scope',
      scope: 'stats:read',
      message: 'This token lacks the scope stats:read.',
    });
    expect((await post('/secret', bearer(['stats:read']))).status).toBe(403);
  });

  it('takes a write by token from anywhere: browsers never send tokens by themselves', async () => {
    const { post } = await startServer();
    const headers = { ...bearer(['write']), origin: 'https://b.example' };
    expect((await post('/secret', headers)).body).toBe('written');
  });
});

describe('a session that writes', () => {
  it.each<[string, 'header' | 'field' | 'none', string | undefined, number]>([
    ['nothing', 'none', undefined, 403],
    ['the header', 'header', undefined, 200],
    ['the field', 'field', undefined, 200],
    ['a wrong header', 'none', 'x', 403],
    ['an empty header', 'none', '', 403],
  ])('with %s', async (_what, where, given, status) => {
    const { post, signIn, guard } = await startServer();
    const cookie = await signIn();
    const csrf = guard.csrfToken({ headers: { cookie } } as never) ?? '';
    const headers: Record<string, string> = { cookie };
    if (where === 'header') headers['x-csrf-token'] = csrf;
    if (given !== undefined) headers['x-csrf-token'] = given;
    const body = where === 'field' ? JSON.stringify({ csrf }) : undefined;
    if (body) headers['content-type'] = 'application/json';
    expect((await post('/secret', headers, body)).status).toBe(status);
  });

  it("cannot use another session's token", async () => {
    const { post, signIn, guard } = await startServer();
    const [mine, other] = [await signIn(), await signIn()];
    const csrf = guard.csrfToken({ headers: { cookie: other } } as never) ?? '';
    expect((await post('/secret', { cookie: mine, 'x-csrf-token': csrf })).status).toBe(403);
  });
});

describe('an open request that writes', () => {
  it.each([
    ['a program', {}, 200],
    ['our own page', { 'sec-fetch-site': 'same-origin' }, 200],
    ['the address bar', { 'sec-fetch-site': 'none' }, 200],
    ['a page elsewhere', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }, 403],
    ['a page elsewhere in an old browser', { origin: 'https://evil.example' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
  ])('from %s', async (_what, headers, status) => {
    const { post } = await startServer({ password: '' });
    expect((await post('/secret', headers)).status).toBe(status);
  });

  it('from our own page in an old browser is taken', async () => {
    const { post, port } = await startServer({ password: '' });
    expect((await post('/secret', { origin: `http://127.0.0.1:${port}` })).status).toBe(200);
  });
});
