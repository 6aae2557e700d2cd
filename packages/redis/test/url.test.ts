import { expect, test } from 'vitest';
import { parseRedisUrl } from '../src/index.ts';

const first = (url: string) => parseRedisUrl(url).servers[0];

test('reads host, port, user, password and database', () => {
  expect(first('redis://me:p%40ss@redis.example:6380/3')).toEqual({
    host: 'redis.example',
    port: 6380,
    tls: false,
    db: 3,
    username: 'me',
    password: 'p@ss',
    name: 'redis.example:6380',
  });
  expect(first('redis://h')).toEqual({ host: 'h', port: 6379, tls: false, db: 0, name: 'h:6379' });
});

test('knows a password without a user, TLS, and IPv6', () => {
  expect(first('redis://:secret@h')).toMatchObject({ password: 'secret' });
  expect(first('redis://:secret@h')).not.toHaveProperty('username');
  expect(first('rediss://h')).toMatchObject({ tls: true });
  expect(first('redis://[::1]:6380')).toMatchObject({ host: '::1', port: 6380, name: '[::1]:6380' });
});

test('reads a list of servers, each of which may be a whole URL, with options for all at the end', () => {
  const { servers, options, prefix } = parseRedisUrl('rediss://a,b:6380/2, redis://u:p@c?prefix=x_&idleMs=5');
  expect(servers.map(({ name, tls, db }) => [name, tls, db])).toEqual([
    ['a:6379', true, 0],
    ['b:6380', true, 2],
    ['c:6379', false, 0],
  ]);
  expect(servers[2]).toMatchObject({ username: 'u', password: 'p' });
  expect(options.get('idleMs')).toBe('5');
  expect(prefix).toBe('x_');
});

test.each([
  'redis://',
  'redis://a,,b',
  'redis://a:99999',
  'redis://a/name',
  'redis://me:hunter2@[broken',
  'redis://me:hunter2@a/x',
  'redis://a?prefix=a:b',
])('refuses %s, and never says the password', (url) => {
  const parse = () => parseRedisUrl(url);
  expect(parse).toThrow(expect.objectContaining({ code: 'REDIS_URL', kind: 'fatal' }));
  expect(parse).not.toThrow(/hunter2/);
});
