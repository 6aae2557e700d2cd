import { describe, expect, it } from 'vitest';
import { guardWith, requestFrom } from './start.ts';

const guard = guardWith({ password: '' });
const local = { host: 'localhost:8080' };

describe('without a password', () => {
  it.each([
    ['127.0.0.1', local],
    ['127.0.0.2', local],
    ['::1', local],
    ['::ffff:127.0.0.1', local],
    ['127.0.0.1', { host: 'localhost' }],
    ['127.0.0.1', { host: '127.0.0.1:9' }],
    ['127.0.0.1', { host: '[::1]:65535' }],
    ['127.0.0.1', { host: 'LOCALHOST:8080' }],
  ])('lets %s in with %j', (address, headers) => {
    const { kind, scopes } = guard.identify(requestFrom(address, headers));
    expect(kind).toBe('open');
    expect(scopes.has('write')).toBe(true);
  });

  it.each([
    ['another machine', '192.0.2.7', local],
    ['an address that only looks like loopback', '::ffff:128.0.0.1', local],
    ['a socket that is gone', '', local],
    [
      'a name that was pointed at this machine (DNS rebinding)',
      '127.0.0.1',
      { host: 'attacker.example:8080' },
    ],
    ['a name that begins like localhost', '127.0.0.1', { host: 'localhost.attacker.example' }],
    ['a name that ends like localhost', '127.0.0.1', { host: 'notlocalhost:8080' }],
    ['localhost as user name', '127.0.0.1', { host: 'localhost@attacker.example' }],
    ['localhost with a port that is none', '127.0.0.1', { host: 'localhost:80a' }],
    ['a wildcard name for loopback', '127.0.0.1', { host: '127.0.0.1.nip.example' }],
    ['an empty Host', '127.0.0.1', { host: '' }],
    ['no Host', '127.0.0.1', {}],
    ['a proxy that says for whom', '127.0.0.1', { ...local, 'x-forwarded-for': '192.0.2.7' }],
    ['a proxy that says the host only', '127.0.0.1', { ...local, 'x-forwarded-host': 'localhost' }],
    ['a proxy with a header of its own', '127.0.0.1', { ...local, 'x-forwarded-anything': '' }],
    ['a proxy of the standard', '127.0.0.1', { ...local, forwarded: 'for=192.0.2.7' }],
  ])('keeps out %s and says why', (_what, address, headers) => {
    const { kind, scopes, problem } = guard.identify(requestFrom(address, headers as Record<string, string>));
    expect(kind).toBe('none');
    expect(scopes.size).toBe(0);
    expect(problem).toContain('ADMIN_PASSWORD');
  });
});

it('lets nobody in by loopback once a password is set', () => {
  expect(guardWith().identify(requestFrom('127.0.0.1', local)).kind).toBe('none');
});

describe('originAllowed', () => {
  it.each([
    [{ host: 'a.example' }, true],
    [{ host: 'a.example', origin: 'https://a.example' }, true],
    [{ host: 'a.example:8080', origin: 'http://a.example:8080' }, true],
    [{ host: 'A.example', origin: 'https://a.EXAMPLE' }, true],
    [{ host: 'a.example', origin: 'https://b.example' }, false],
    [{ host: 'a.example:8080', origin: 'http://a.example:8081' }, false],
    [{ host: 'a.example', origin: 'null' }, false],
    [{ host: 'a.example', origin: '' }, false],
    [{ host: 'a.example', origin: 'https://a.example.evil.example' }, false],
    [{ host: 'a.example', origin: 'https://evil.example/a.example' }, false],
    [{ origin: 'https://a.example' }, false],
  ])('%j is %s', (headers, allowed) => {
    expect(guard.originAllowed(requestFrom('192.0.2.7', headers as Record<string, string>))).toBe(allowed);
  });
});
