import { describe, expect, it } from 'vitest';
import { makeToken, scopes } from '../src/index.ts';
import { guardWith, NOW, requestFrom, secretKey, startServer } from './start.ts';

const guard = guardWith();
const options = { secretKey, id: 'grafana', scopes: ['stats:read'] as const, expires: NOW + 1000 };
const token = makeToken(options);
const [payload = '', signature = ''] = token.slice(3).split('.');
const more = Buffer.from(JSON.stringify({ id: 'grafana', scopes, expires: NOW + 1e9 })).toString('base64url');

const identify = (authorization: string, from = guard) =>
  from.identify(requestFrom('192.0.2.7', { host: 'a.example', authorization }));

describe('a made token', () => {
  it('is good for its scopes and no others', () => {
    const identity = identify(`Bearer ${token}`);
    expect(identity.kind).toBe('token');
    expect([...identity.scopes]).toEqual(['stats:read']);
  });

  it('says in plain text for whom and how long it is', () => {
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
      id: 'grafana',
      scopes: ['stats:read'],
      expires: NOW + 1000,
    });
  });

  it('ends when it expires, and says so', () => {
    const identity = identify(`Bearer ${token}`, guardWith({ clock: () => NOW + 1000 }));
    expect(identity).toMatchObject({
      kind: 'none',
      problem: 'This token expired at 2026-01-15T12:00:01.000Z.',
    });
  });

  it('ends with a new SECRET_KEY', () => {
    expect(identify(`Bearer ${token}`, guardWith({ secretKey: `${secretKey}!` })).kind).toBe('none');
  });

  it.each([
    ['more scopes under the old signature', `pt_${more}.${signature}`],
    ['a signature cut short', `pt_${payload}.${signature.slice(0, -1)}`],
    ['no signature', `pt_${payload}`],
    ['an empty signature', `pt_${payload}.`],
    ['a second signature', `pt_${payload}.${signature}.${signature}`],
    ['another prefix', `pq_${payload}.${signature}`],
    ['no prefix', `${payload}.${signature}`],
    ['nothing', ''],
    ['half of API_TOKEN', 'api-token'],
    ['API_TOKEN and more', 'api-token-1x'],
    ['a very long one', `pt_${'a'.repeat(100_000)}.${signature}`],
  ])('with %s lets nobody in and says so', (_what, forged) => {
    expect(identify(`Bearer ${forged}`)).toMatchObject({
      kind: 'none',
      problem: expect.stringContaining('token'),
    });
  });

  it('is told when it is bad, also where everyone is let in', () => {
    const open = guardWith({ password: '' });
    const request = requestFrom('127.0.0.1', { host: 'localhost', authorization: 'Bearer pt_x.y' });
    expect(open.identify(request).kind).toBe('none');
  });

  it('is no session cookie, and a session cookie is no token', async () => {
    const server = await startServer();
    const cookie = await server.signIn();
    const sealed = cookie.slice(cookie.indexOf('=') + 1);
    expect((await server.get('/secret', { authorization: `Bearer pt_${sealed}` })).status).toBe(401);
    expect((await server.get('/secret', { cookie: `pushtech_session=${token.slice(3)}` })).status).toBe(401);
  });

  it.each([
    ['no scopes', { scopes: [] }],
    ['a scope that is none', { scopes: ['everything' as never] }],
    ['no name', { id: '' }],
    ['no time', { expires: Number.NaN }],
  ])('is not made with %s', (_what, wrong) => {
    expect(() => makeToken({ ...options, ...wrong })).toThrow(
      expect.objectContaining({ code: 'TOKEN_INVALID', kind: 'fatal' }),
    );
  });
});

describe('API_TOKEN', () => {
  it('has all scopes', () => {
    expect([...identify('bearer  api-token-1').scopes]).toEqual([...scopes]);
  });

  it('lets nobody in where it is empty', () => {
    expect(identify('Bearer ', guardWith({ apiToken: '' })).kind).toBe('none');
  });
});

it('refuses a SECRET_KEY of less than 32 characters', () => {
  expect(() => guardWith({ secretKey: 'x'.repeat(31) })).toThrow(
    expect.objectContaining({ code: 'SECRET_KEY_SHORT', kind: 'fatal' }),
  );
});
