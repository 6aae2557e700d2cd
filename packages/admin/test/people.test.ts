import { openStore } from '@pushtech/store';
import { needs } from '@pushtech/testing';
import { describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, createBrowser, PASSWORD, type StartOptions, startPeople } from './start-people.ts';

const linkIn = (body: string): string => /\/auth\/invitation\/[\w-]+/.exec(body)?.[0] ?? '';
const tokenIn = (body: string): string => /pt_[\w-]+\.[\w-]+/.exec(body)?.[0] ?? '';

/** The whole way: the built-in owner invites a marketer, who makes a token; then the owner takes all of it away again. */
const wholeWay = async (options: StartOptions = {}) => {
  const { browser, store, audit } = await startPeople(options);
  const [owner, guest] = [browser(), browser()];
  expect((await owner.signIn('admin', ADMIN_PASSWORD)).status).toBe(303);

  const invited = await owner.submit('/auth/people', '/auth/people/invitations', {
    email: 'Mia@Example.org',
    role: 'marketer',
  });
  expect(invited.status).toBe(200);
  const link = linkIn(invited.body);
  expect((await guest.get(link)).body).toContain('mia@example.org');
  const made = await guest.post(link, { name: 'Mia', password: PASSWORD });
  expect([made.status, made.location]).toEqual([303, '/auth/me']);
  expect((await guest.get('/auth/me')).body).toContain('Mia');
  expect((await guest.get('/numbers')).body).toBe('numbers');
  expect((await guest.get('/metrics')).status).toBe(403);

  const minted = await guest.submit('/auth/tokens', '/auth/tokens', {
    name: 'report',
    'scope:stats:read': 'on',
    days: '7',
  });
  const authorization = `Bearer ${tokenIn(minted.body)}`;
  const program = browser();
  expect((await program.get('/numbers', { headers: { authorization } })).body).toBe('numbers');

  const [account] = await store.accounts.find('email', 'mia@example.org');
  const people = await owner.get('/auth/people');
  expect(people.body).toContain('mia@example.org');
  await owner.submit('/auth/people', `/auth/people/accounts/${account?.id}/disable`);
  expect((await guest.get('/numbers', { headers: { accept: '*/*' } })).status).toBe(401);
  expect((await program.get('/numbers', { headers: { authorization } })).status).toBe(401);

  expect(await audit()).toEqual([
    ['admin', 'sign-in', undefined],
    ['admin', 'invitation.made', 'mia@example.org marketer'],
    ['mia@example.org', 'invitation.accepted', 'marketer'],
    ['mia@example.org', 'token.made', 'report: stats:read'],
    ['admin', 'account.disabled', 'mia@example.org'],
  ]);
};

describe('people', () => {
  it('are invited, make an account and a token, and are switched off again', () => wholeWay());
});

needs('mongo')('people on MongoDB', ({ mongo }) => {
  it('are invited, make an account and a token, and are switched off again', async () => {
    const url = new URL(mongo);
    url.pathname = `/pushtech_people_${process.pid}_${Date.now()}`;
    const store = await openStore(url.href);
    try {
      await wholeWay({ store });
    } finally {
      for (const kind of [store.accounts, store.invitations, store.tokens, store.audit]) {
        for (const { id } of await kind.list({ limit: 1000 })) await kind.remove(id);
      }
      await store.close();
    }
  });
});

describe('an invitation', () => {
  const invite = async (options: StartOptions = {}) => {
    const started = await startPeople(options);
    const owner = started.browser();
    await owner.signIn('admin', ADMIN_PASSWORD);
    const fields = { email: 'ed@example.org', role: 'engineer' };
    const { body } = await owner.submit('/auth/people', '/auth/people/invitations', fields);
    return { ...started, owner, link: linkIn(body) };
  };
  const form = { name: 'Ed', password: PASSWORD };

  it('works once', async () => {
    const { link, browser, store } = await invite();
    expect((await browser().post(link, form)).status).toBe(303);
    const second = await browser().post(link, { ...form, name: 'Eve' });
    expect([second.status, (await browser().get(link)).status]).toEqual([410, 410]);
    expect(await store.accounts.list()).toMatchObject([{ name: 'Ed' }]);
  });

  it('works once when two use it at the same time', async () => {
    const { link, browser, store } = await invite();
    const answers = await Promise.all(
      [1, 2, 3].map((n) => browser().post(link, { ...form, name: `Ed ${n}` })),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(await store.accounts.list()).toHaveLength(1);
  });

  it('ends after seven days', async () => {
    let now = Date.now();
    const { link, browser } = await invite({ clock: () => now });
    now += 7 * 86_400_000;
    expect((await browser().post(link, form)).status).toBe(410);
  });

  it('can be taken back', async () => {
    const { link, browser, owner, store } = await invite();
    const [invitation] = await store.invitations.list();
    expect((await owner.get('/auth/people')).body).toContain('ed@example.org');
    await owner.submit('/auth/people', `/auth/people/invitations/${invitation?.id}/remove`);
    expect((await browser().post(link, form)).status).toBe(410);
  });

  it('is kept as a hash: who reads the store cannot use it', async () => {
    const { link, store } = await invite();
    const secret = link.split('/').at(-1) ?? 'none';
    expect(JSON.stringify(await store.invitations.list())).not.toContain(secret);
  });

  it.each([
    ['short', 'at least 10'],
    ['password1234', 'first that anybody'],
    ['ed@example.org', 'no password'],
  ])('takes no password like %s, and stays open', async (password, said) => {
    const { link, browser } = await invite();
    const refused = await browser().post(link, { name: 'Ed', password });
    expect([refused.status, refused.body]).toEqual([400, expect.stringContaining(said)]);
    expect((await browser().post(link, form)).status).toBe(303);
  });

  it('gives the role and the address of the invitation, whatever the form says', async () => {
    const { link, browser, store } = await invite();
    await browser().post(link, { ...form, email: 'boss@example.org', role: 'owner' });
    expect(await store.accounts.list()).toMatchObject([{ email: 'ed@example.org', role: 'engineer' }]);
  });

  it('is for an address without an account only', async () => {
    const { owner, account } = await invite();
    await account('ann@example.org', 'owner');
    const fields = { email: 'ANN@example.org', role: 'engineer' };
    expect((await owner.submit('/auth/people', '/auth/people/invitations', fields)).status).toBe(409);
  });

  it.each([
    '',
    'ed',
    'ed@',
    '@example.org',
    'ed@example',
    'e d@example.org',
    'ed@example.org\r\nBcc: x',
    '<b>@example.org',
  ])('is not made for %j', async (email) => {
    const { owner, store } = await invite();
    const answer = await owner.submit('/auth/people', '/auth/people/invitations', { email, role: 'owner' });
    expect(answer.status).toBe(400);
    expect(await store.invitations.list()).toHaveLength(1);
  });

  it('lets the first owner in where no password is set', async () => {
    const { browser, port } = await startPeople({ password: '' });
    const local = createBrowser(port, `localhost:${port}`);
    const fields = { email: 'ann@example.org', role: 'owner' };
    const { status, body } = await local.submit('/auth/people', '/auth/people/invitations', fields);
    expect([status, linkIn(body)]).toEqual([200, expect.stringMatching(/./)]);
    const ann = browser('pushtech.example');
    expect((await ann.post(linkIn(body), { name: 'Ann', password: PASSWORD })).status).toBe(303);
    expect((await ann.get('/auth/people')).status).toBe(200);
  });
});

describe('roles', () => {
  it.each([
    ['owner', '/auth/people', 200],
    ['marketer', '/auth/people', 403],
    ['engineer', '/auth/people', 403],
    ['marketer', '/auth/people/audit', 403],
    ['marketer', '/auth/tokens', 200],
    ['engineer', '/auth/me', 200],
    ['engineer', '/metrics', 200],
    ['marketer', '/metrics', 403],
  ] as const)('%s at %s: %i', async (role, path, status) => {
    const { signedIn } = await startPeople();
    const { browser } = await signedIn('ann@example.org', role);
    expect((await browser.get(path)).status).toBe(status);
  });

  it('decide about writes too: an engineer changes no account', async () => {
    const { signedIn, store } = await startPeople();
    const { account } = await signedIn('ann@example.org', 'owner');
    const { browser } = await signedIn('ed@example.org', 'engineer');
    const answer = await browser.submit('/auth/me', `/auth/people/accounts/${account.id}/disable`);
    expect(answer.status).toBe(403);
    expect((await store.accounts.get(account.id))?.disabledAt).toBeUndefined();
  });

  it('change at once, for the session that is there already', async () => {
    const { signedIn } = await startPeople();
    const { browser: owner } = await signedIn('ann@example.org', 'owner');
    const { browser, account } = await signedIn('ed@example.org', 'engineer');
    expect((await browser.get('/metrics')).status).toBe(200);
    await owner.submit('/auth/people', `/auth/people/accounts/${account.id}/role`, { role: 'marketer' });
    expect((await browser.get('/metrics')).status).toBe(403);
  });

  it.each(['role', 'disable'])('are not changed by oneself: %s', async (what) => {
    const { signedIn, store } = await startPeople();
    const { browser, account } = await signedIn('ann@example.org', 'owner');
    const answer = await browser.submit('/auth/people', `/auth/people/accounts/${account.id}/${what}`, {
      role: 'engineer',
    });
    expect(answer.status).toBe(409);
    expect(await store.accounts.get(account.id)).toMatchObject({ role: 'owner' });
    expect((await store.accounts.get(account.id))?.disabledAt).toBeUndefined();
  });

  it('are the known ones only', async () => {
    const { signedIn, store } = await startPeople();
    const { browser } = await signedIn('ann@example.org', 'owner');
    const { account } = await signedIn('ed@example.org', 'engineer');
    const answer = await browser.submit('/auth/people', `/auth/people/accounts/${account.id}/role`, {
      role: 'god',
    });
    expect([answer.status, (await store.accounts.get(account.id))?.role]).toEqual([400, 'engineer']);
  });
});
