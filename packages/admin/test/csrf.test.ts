import type { IncomingMessage } from 'node:http';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { createGuard } from '../src/index.ts';
import { secretKey } from './start.ts';
import { startPeople } from './start-people.ts';

/** Every route of the package that changes something for whoever is signed in. */
const writes = [
  '/auth/sign-out',
  '/auth/me/name',
  '/auth/me/password',
  '/auth/me/everywhere',
  '/auth/tokens',
  '/auth/tokens/:id/revoke',
  '/auth/people/invitations',
  '/auth/people/invitations/:id/remove',
  '/auth/people/accounts/:id/role',
  '/auth/people/accounts/:id/disable',
  '/auth/people/accounts/:id/enable',
];

it('these are all the routes that write; the sign-in and invitations need no session', async () => {
  const { store } = await startPeople();
  const guard = createGuard({ password: 'x', apiToken: '', secretKey, clock: Date.now, store });
  const app = Fastify();
  const found: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    if (!['GET', 'HEAD'].includes(String(method))) found.push(url);
  });
  await app.register(guard.routes);
  await app.ready();
  await app.close();
  await guard.close();
  expect(found.sort()).toEqual([...writes, '/auth/sign-in', '/auth/invitation/:secret'].sort());
});

it.each(writes)(
  '%s refuses a session without its token, with that of another session, and from elsewhere',
  async (path) => {
    const { signedIn, account, store, guard, port } = await startPeople();
    const { browser } = await signedIn('ann@example.org', 'owner');
    const { browser: other } = await signedIn('eve@example.org', 'owner');
    const victim = await account('ed@example.org', 'engineer');
    const url = path.replace(':id', victim.id);
    const csrfOf = (who: typeof browser) =>
      guard.csrfToken({ headers: { cookie: who.cookies(`127.0.0.1:${port}`) } } as IncomingMessage) ?? '';
    const before = await store.accounts.revision();
    const fields = { role: 'owner', email: 'x@example.org', name: 'x', days: '7', 'scope:stats:read': 'on' };

    expect((await browser.post(url, fields)).status).toBe(403);
    expect((await browser.post(url, { ...fields, csrf: csrfOf(other) })).status).toBe(403);
    const mine = { ...fields, csrf: csrfOf(browser) };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      expect((await browser.post(url, mine, { headers })).status).toBe(403);
    }
    expect(await store.accounts.revision()).toBe(before);
    expect([await store.tokens.list(), await store.invitations.list()]).toEqual([[], []]);
  },
);

it.each(['/auth/sign-in', '/auth/invitation/x'])('%s takes no form of another site', async (path) => {
  const { browser } = await startPeople();
  const headers = { origin: 'https://evil.example' };
  expect((await browser().post(path, { email: 'admin' }, { headers })).status).toBe(403);
});
