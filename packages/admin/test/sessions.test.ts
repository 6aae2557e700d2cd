import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_TRIES } from '../src/guard.ts';
import { createSessions } from '../src/session.ts';
import { ADMIN_PASSWORD, PASSWORD, startPeople } from './start-people.ts';

const sessionOf = (cookies: string): string => /pushtech_session=([^;]+)/.exec(cookies)?.[1] ?? '';

describe('a session', () => {
  it('gets a new id at each sign-in: one that was planted before is not the one that is signed in', async () => {
    const { signedIn, account, browser, port, guard } = await startPeople();
    const { browser: attacker } = await signedIn('eve@example.org', 'engineer');
    await account('ann@example.org', 'owner');
    const victim = browser();
    victim.plant(`pushtech_session=${sessionOf(attacker.cookies(`127.0.0.1:${port}`))}; Path=/`);
    await victim.signIn('ann@example.org');
    const after = sessionOf(victim.cookies(`127.0.0.1:${port}`));
    expect(after).not.toBe(sessionOf(attacker.cookies(`127.0.0.1:${port}`)));
    expect((await attacker.get('/auth/people')).status).toBe(403);
    expect(guard.identify({ headers: { cookie: `pushtech_session=${after}` } } as never).who).toBe(
      'ann@example.org',
    );
  });

  it('of the one who signed in last counts, where a sibling host planted another beside it', async () => {
    const { signedIn, port, guard } = await startPeople();
    const host = `127.0.0.1:${port}`;
    const { browser: attacker } = await signedIn('eve@example.org', 'engineer');
    await sleep(5);
    const { browser: victim } = await signedIn('ann@example.org', 'owner');
    const both = [attacker, victim].map((one) => `pushtech_session=${sessionOf(one.cookies(host))}`);
    for (const cookie of [both.join('; '), both.toReversed().join('; ')]) {
      expect(guard.identify({ headers: { cookie } } as never).who).toBe('ann@example.org');
    }
  });

  it('by TLS is read under a name only that a sibling host or plain HTTP cannot set', async () => {
    const options = { isHttps: () => true };
    const { account, browser, port, guard } = await startPeople(options);
    await account('ann@example.org', 'owner');
    const ann = browser();
    await ann.signIn('ann@example.org');
    const cookies = ann.cookies(`127.0.0.1:${port}`);
    expect(cookies).toContain('__Host-pushtech_session=');
    expect(guard.identify({ headers: { cookie: cookies } } as never).kind).toBe('session');
    const planted = cookies.replaceAll('__Host-', '');
    expect(guard.identify({ headers: { cookie: planted } } as never).kind).toBe('none');
    expect(
      guard.identify({ headers: { cookie: cookies.replaceAll('__Host-', '__Secure-') } } as never).kind,
    ).toBe('none');
  });

  it('ends in all browsers by signing out everywhere', async () => {
    const { signedIn, browser } = await startPeople();
    const { browser: one } = await signedIn('ann@example.org', 'owner');
    const two = browser();
    await two.signIn('ann@example.org');
    expect((await two.get('/auth/me')).status).toBe(200);
    expect((await one.submit('/auth/me', '/auth/me/everywhere')).status).toBe(303);
    expect([(await one.get('/auth/me')).status, (await two.get('/auth/me')).status]).toEqual([302, 302]);
    await sleep(5);
    expect((await two.signIn('ann@example.org')).status).toBe(303);
    expect((await two.get('/auth/me')).status).toBe(200);
  });

  it('ends everywhere but here with a new password, which counts from then on', async () => {
    const { signedIn, browser } = await startPeople();
    const { browser: one } = await signedIn('ann@example.org', 'owner');
    const two = browser();
    await two.signIn('ann@example.org');
    await sleep(5);
    const changed = await one.submit('/auth/me', '/auth/me/password', {
      old: PASSWORD,
      password: 'pear tree in june',
    });
    expect(changed.location).toBe('/auth/me?done=password');
    expect([(await one.get('/auth/me')).status, (await two.get('/auth/me')).status]).toEqual([200, 302]);
    expect((await two.signIn('ann@example.org')).status).toBe(401);
    expect((await two.signIn('ann@example.org', 'pear tree in june')).status).toBe(303);
  });

  it.each([
    ['the wrong old password', 'wrong', 'pear tree in june', 401],
    ['a new one that is common', PASSWORD, 'password1234', 400],
  ])('takes no new password with %s', async (_what, old, password, status) => {
    const { signedIn, browser } = await startPeople();
    const { browser: one } = await signedIn('ann@example.org', 'owner');
    expect((await one.submit('/auth/me', '/auth/me/password', { old, password })).status).toBe(status);
    expect((await browser().signIn('ann@example.org')).status).toBe(303);
  });

  it('bounds the tries at the old password', async () => {
    const { signedIn } = await startPeople();
    const { browser } = await signedIn('ann@example.org', 'owner');
    const fields = { old: 'wrong', password: 'pear tree in june' };
    for (let i = 0; i < ACCOUNT_TRIES; i++) await browser.submit('/auth/me', '/auth/me/password', fields);
    const right = await browser.submit('/auth/me', '/auth/me/password', { ...fields, old: PASSWORD });
    expect(right.status).toBe(429);
  });

  it('ends when the account is switched off, and does not come back when it is switched on', async () => {
    const { signedIn, browser } = await startPeople();
    const { browser: owner } = await signedIn('ann@example.org', 'owner');
    const { browser: ed, account } = await signedIn('ed@example.org', 'engineer');
    await owner.submit('/auth/people', `/auth/people/accounts/${account.id}/disable`);
    expect((await ed.get('/auth/me')).location).toContain('/auth/sign-in');
    const refused = await browser().signIn('ed@example.org');
    expect([refused.status, refused.headers['set-cookie']]).toEqual([403, undefined]);
    expect((await browser().signIn('ed@example.org', 'wrong password')).status).toBe(401);
    await owner.submit('/auth/people', `/auth/people/accounts/${account.id}/enable`);
    expect((await ed.get('/auth/me')).status).toBe(302);
    await sleep(5);
    expect((await ed.signIn('ed@example.org')).status).toBe(303);
    expect((await ed.get('/auth/me')).status).toBe(200);
  });

  it('ends with nothing but the mark that the account is switched off', async () => {
    const { signedIn, store, guard } = await startPeople();
    const { browser, account } = await signedIn('ed@example.org', 'engineer');
    await store.accounts.update(account.id, (now) => ({ ...now, disabledAt: Date.now() }));
    await guard.refresh();
    expect((await browser.get('/auth/me')).status).toBe(302);
  });

  it('ends after twelve hours', async () => {
    let now = Date.now();
    const { account, browser } = await startPeople({ clock: () => now });
    await account('ann@example.org', 'owner');
    const ann = browser();
    await ann.signIn('ann@example.org');
    now += 12 * 3_600_000 - 1;
    expect((await ann.get('/auth/me')).status).toBe(200);
    now += 1;
    expect((await ann.get('/auth/me')).status).toBe(302);
  });

  it('of the built-in owner is none without its password, and none with another', async () => {
    const first = await startPeople();
    const admin = first.browser();
    await admin.signIn('admin', ADMIN_PASSWORD);
    const cookie = admin.cookies(`127.0.0.1:${first.port}`);
    for (const password of ['', 'another one']) {
      const { guard } = await startPeople({ password });
      const request = { headers: { cookie }, socket: { remoteAddress: '192.0.2.1' } } as never;
      expect(guard.identify(request).kind).toBe('none');
    }
  });

  it('for an account that is in no store is none', async () => {
    const { guard } = await startPeople();
    const cookies = { read: () => [], write: (_name: string, value: string) => value } as never;
    const forged = createSessions({ secretKey: 'x'.repeat(32), password: '', clock: Date.now, cookies });
    const cookie = `pushtech_session=${forged.begin('owner', {} as never)}`;
    expect(guard.identify({ headers: { cookie } } as never).kind).toBe('none');
  });
});

describe('brute force', () => {
  it('against one account ends after fifty tries, from whichever addresses, and one a minute is left', async () => {
    let now = Date.now();
    const { account, browser } = await startPeople({ clock: () => now });
    await account('ann@example.org', 'owner');
    for (let i = 0; i < ACCOUNT_TRIES; i++)
      expect((await browser().signIn('ann@example.org', `wrong ${i}`)).status).toBe(401);
    const right = await browser().signIn('Ann@Example.org ');
    expect([right.status, right.headers['retry-after']]).toEqual([429, '60']);
    now += 60_000;
    expect((await browser().signIn('ann@example.org')).status).toBe(303);
  });

  it('against an account that is not there is answered like against one that is', async () => {
    const { account, browser } = await startPeople();
    await account('ann@example.org', 'owner');
    const seen = async (email: string) => {
      const answers = [];
      for (let i = 0; i <= ACCOUNT_TRIES; i++) answers.push(await browser().signIn(email, 'wrong password'));
      return answers.map(({ status, body }) => [status, body.replaceAll(email, '')]);
    };
    expect(await seen('nobody@example.org')).toEqual(await seen('ann@example.org'));
  });

  it('does not keep the owner out of a browser that was in before', async () => {
    const { account, browser } = await startPeople();
    await account('ann@example.org', 'owner');
    const ann = browser();
    await ann.signIn('ann@example.org');
    for (let i = 0; i <= ACCOUNT_TRIES; i++) await browser().signIn('ann@example.org', `wrong ${i}`);
    expect((await browser().signIn('ann@example.org')).status).toBe(429);
    expect((await ann.signIn('ann@example.org')).status).toBe(303);
  });

  it('is not helped by browsers that were in before with other accounts', async () => {
    const { account, signedIn } = await startPeople();
    await account('ann@example.org', 'owner');
    const { browser: eve } = await signedIn('eve@example.org', 'engineer');
    const { browser: mallory } = await signedIn('mallory@example.org', 'engineer');
    for (let i = 0; i < ACCOUNT_TRIES; i++)
      expect((await eve.signIn('ann@example.org', `wrong ${i}`)).status).toBe(401);
    expect((await mallory.signIn('ann@example.org', 'wrong')).status).toBe(429);
  });

  it('leaves audit lines, but never what was typed instead of an address', async () => {
    const { account, browser, audit } = await startPeople();
    await account('ann@example.org', 'owner');
    await browser().signIn('ann@example.org', 'wrong');
    await browser().signIn('my secret password', 'x');
    await browser().signIn('ann@example.org');
    expect(await audit()).toEqual([
      ['nobody', 'sign-in.failed', 'ann@example.org'],
      ['nobody', 'sign-in.failed', '?'],
      ['ann@example.org', 'sign-in', undefined],
    ]);
  });
});
