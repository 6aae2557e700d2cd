import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { guardWith } from './start.ts';
import { ADMIN_PASSWORD, startPeople } from './start-people.ts';
import { startProvider } from './start-provider.ts';

const ann = { sub: 'ann-1', email: 'Ann@example.org', name: 'Ann' };

const start = async (options = {}) => {
  const provider = await startProvider();
  const people = await startPeople({ provider: provider.settings, ...options });
  provider.serve(people.port);
  return { ...people, provider };
};

describe('signing in by OpenID Connect', () => {
  it('finds the account by the verified address, binds it to the person, and finds it by the person from then on', async () => {
    const { provider, browser, account, store, audit } = await start();
    const { id } = await account('ann@example.org', 'owner');
    const one = browser();
    expect((await one.get('/auth/sign-in')).body).toContain('Example ID');
    const answer = await provider.signIn(one, ann, { to: '/numbers?a=b' });
    expect([answer.status, answer.location]).toEqual([303, '/numbers?a=b']);
    expect((await one.get('/numbers?a=b')).body).toBe('numbers');
    expect((await store.accounts.get(id))?.subject).toBe(`${provider.issuer} ann-1`);
    expect(await audit()).toEqual([['ann@example.org', 'sign-in', 'Example ID']]);

    const two = browser();
    expect((await provider.signIn(two, { ...ann, email: 'ann.new@example.org' })).status).toBe(303);
    expect((await two.get('/auth/me')).body).toContain('ann@example.org');
  });

  it('makes the account of an open invitation, with its role', async () => {
    const { provider, browser, store } = await start();
    const owner = browser();
    await owner.signIn('admin', ADMIN_PASSWORD);
    await owner.submit('/auth/people', '/auth/people/invitations', {
      email: 'ann@example.org',
      role: 'engineer',
    });
    const one = browser();
    expect((await provider.signIn(one, ann)).status).toBe(303);
    expect(await store.accounts.list()).toMatchObject([
      { email: 'ann@example.org', name: 'Ann', role: 'engineer' },
    ]);
    expect((await store.invitations.list())[0]?.usedAt).toBeGreaterThan(0);
    expect((await one.get('/auth/me')).body).toContain('no password here');
  });

  it('refuses whoever nobody invited, and makes no account', async () => {
    const { provider, browser, store } = await start();
    const one = browser();
    const { status, body, headers } = await provider.signIn(one, ann);
    expect([status, body]).toEqual([403, expect.stringContaining('Nobody has invited ann@example.org')]);
    expect(String(headers['set-cookie'])).not.toContain('pushtech_session');
    expect(await store.accounts.list()).toEqual([]);
  });

  it('refuses an address that the provider has not verified', async () => {
    const { provider, browser, account, store } = await start();
    const { id } = await account('ann@example.org', 'owner');
    const { status, body } = await provider.signIn(browser(), { ...ann, verified: false });
    expect([status, body]).toEqual([403, expect.stringContaining('has not verified')]);
    expect((await store.accounts.get(id))?.subject).toBeUndefined();
  });

  it('refuses another person who has got the address', async () => {
    const { provider, browser, account } = await start();
    await account('ann@example.org', 'owner');
    await provider.signIn(browser(), ann);
    const { status, body } = await provider.signIn(browser(), { ...ann, sub: 'somebody-else' });
    expect([status, body]).toEqual([403, expect.stringContaining('another sign-in')]);
  });

  it('refuses an account that is switched off', async () => {
    const { provider, browser, account, store } = await start();
    const { id } = await account('ann@example.org', 'owner');
    await store.accounts.update(id, (now) => ({ ...now, disabledAt: Date.now() }));
    const { status, body } = await provider.signIn(browser(), ann);
    expect([status, body]).toEqual([403, expect.stringContaining('switched off')]);
  });

  it.each<[string, Parameters<Awaited<ReturnType<typeof startProvider>>['signIn']>[2]]>([
    ['another state', { back: (url) => url.searchParams.set('state', 'another') }],
    ['no state', { back: (url) => url.searchParams.delete('state') }],
    ['another nonce', { there: (url) => url.searchParams.set('nonce', 'another') }],
    ['no nonce', { there: (url) => url.searchParams.delete('nonce') }],
    ['another code', { back: (url) => url.searchParams.set('code', 'another') }],
    ['another PKCE challenge', { there: (url) => url.searchParams.set('code_challenge', 'x'.repeat(43)) }],
    ['another issuer', { back: (url) => url.searchParams.set('iss', 'https://evil.example') }],
  ])('refuses an answer with %s', async (_what, bend) => {
    const { provider, browser, account } = await start();
    await account('ann@example.org', 'owner');
    const one = browser();
    const { status } = await provider.signIn(one, ann, bend);
    expect(status).toBe(403);
    expect((await one.get('/auth/me')).status).toBe(302);
  });

  it('refuses an answer to a sign-in that another browser began, and one that is used twice', async () => {
    const { provider, browser, account } = await start();
    await account('ann@example.org', 'owner');
    const attacker = browser();
    const begun = await attacker.get('/auth/provider');
    let caught = '';
    await provider.signIn(browser(), ann, { back: (url) => (caught = url.pathname + url.search) });
    const victim = browser();
    expect((await victim.get(caught)).status).toBe(403);
    const own = new URL(await provider.walk(begun.location ?? ''));
    expect((await victim.get(own.pathname + own.search)).status).toBe(403);
    expect((await attacker.get(own.pathname + own.search)).status).toBe(303);
    expect((await attacker.get(own.pathname + own.search)).status).toBe(403);
  });

  it('refuses an answer after ten minutes', async () => {
    let now = Date.now();
    const { provider, browser, account } = await start({ clock: () => now });
    await account('ann@example.org', 'owner');
    const { status } = await provider.signIn(browser(), ann, { back: () => (now += 600_001) });
    expect(status).toBe(403);
  });

  it('leads to no other site afterwards', async () => {
    const { provider, browser, account } = await start();
    await account('ann@example.org', 'owner');
    expect((await provider.signIn(browser(), ann, { to: 'https://evil.example' })).location).toBe('/');
  });

  it('that is broken off there is no sign-in here', async () => {
    const { browser } = await start();
    const one = browser();
    const begun = await one.get('/auth/provider');
    const state = new URL(begun.location ?? '').searchParams.get('state');
    expect((await one.get(`/auth/provider/return?error=access_denied&state=${state}`)).status).toBe(403);
  });
});

describe('a provider that is away', () => {
  it('keeps nothing from starting, is told, and counts when it is back', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const issuer = `http://127.0.0.1:${port}`;
    const { browser } = await startPeople({
      provider: { issuer, clientId: 'x', clientSecret: '', name: 'Example ID' },
    });
    const { status, body } = await browser().get('/auth/provider');
    expect([status, body]).toEqual([503, expect.stringContaining('Example ID does not answer')]);
    expect((await browser().signIn('admin', ADMIN_PASSWORD)).status).toBe(303);
  });
});

it.each([
  'http://accounts.example.org',
  'accounts.example.org',
  'ftp://127.0.0.1',
  'http://127.0.0.1.evil.example',
])('takes no provider at %s', (issuer) => {
  const provider = { issuer, clientId: 'x', clientSecret: '', name: 'x' };
  expect(() => guardWith({ provider })).toThrow('OIDC_ISSUER must be an https:// address');
});
