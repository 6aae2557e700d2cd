import { describe, expect, it } from 'vitest';
import { PASSWORD, startPeople } from './start-people.ts';

const WWW = 'www.pushtech.test';
const KAFIDX = 'kafidx.pushtech.test';

/** Two services of one process, each by its own host name. */
const startHosts = async (options = {}) => {
  const people = await startPeople({ publicUrl: 'http://{service}.pushtech.test', ...options });
  await people.account('ann@example.org', 'owner');
  return { ...people, ann: people.browser(WWW) };
};

describe('one sign-in over all hosts', () => {
  it('a stranger at one host is sent to the sign-in of www and comes back signed in', async () => {
    const { ann } = await startHosts();
    const sent = await ann.get('/numbers?a=b', { host: KAFIDX });
    const to = encodeURIComponent(`http://${KAFIDX}/numbers?a=b`);
    expect([sent.status, sent.location]).toEqual([302, `http://${WWW}/auth/sign-in?to=${to}`]);
    const form = await ann.get(`/auth/sign-in?to=${to}`, { host: WWW });
    expect(form.body).toContain(`name="to" value="http://${KAFIDX}/numbers?a=b"`);
    const fields = { email: 'ann@example.org', password: PASSWORD, to: `http://${KAFIDX}/numbers?a=b` };
    const back = await ann.post('/auth/sign-in', fields, { host: WWW });
    expect([back.status, back.location]).toEqual([303, `http://${KAFIDX}/numbers?a=b`]);
    expect(String(back.headers['set-cookie'])).toContain('; Domain=pushtech.test');
    expect((await ann.get('/numbers?a=b', { host: KAFIDX })).body).toBe('numbers');
    expect((await ann.get('/numbers', { host: WWW })).body).toBe('numbers');
  });

  it('the sign-in lets its form lead to our hosts, and to no other', async () => {
    const { ann } = await startHosts();
    const { headers } = await ann.get('/auth/sign-in');
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/form-action 'self'[^;]* http:\/\/kafidx\.pushtech\.test/);
    expect(policy).not.toMatch(/form-action[^;]*(\*|https?: )/);
  });

  it.each([
    'http://evil.pushtech.test/',
    'http://pushtech.test/',
    'https://kafidx.pushtech.test/',
    'http://kafidx.pushtech.test@evil.example/',
    '//kafidx.pushtech.test/',
  ])('leads nobody to %s', async (to) => {
    const { ann } = await startHosts();
    const fields = { email: 'ann@example.org', password: PASSWORD, to };
    expect((await ann.post('/auth/sign-in', fields)).location).toBe('/');
    expect((await ann.get(`/auth/sign-in?to=${encodeURIComponent(to)}`)).location).toBe('/');
  });

  it('one token against forged forms is good at all of them, and none is not', async () => {
    const { ann, guard } = await startHosts();
    await ann.signIn('ann@example.org');
    const csrf = guard.csrfToken({ headers: { cookie: ann.cookies(WWW), host: WWW } } as never) ?? '';
    for (const host of [WWW, KAFIDX]) {
      expect((await ann.post('/sites', { csrf }, { host })).status).toBe(415);
      const json = { 'content-type': 'application/json', 'x-csrf-token': csrf };
      const headers = { ...json, origin: `http://${WWW}` };
      expect(
        (await ann.post('/sites', {}, { host, headers: { ...headers, 'content-length': '0' } })).status,
      ).not.toBe(403);
    }
  });

  it('a form of a sibling host that is not ours is refused, even with the right token', async () => {
    const { ann, guard, store } = await startHosts();
    await ann.signIn('ann@example.org');
    const csrf = guard.csrfToken({ headers: { cookie: ann.cookies(WWW), host: WWW } } as never) ?? '';
    const post = (origin: string) =>
      ann.post(
        '/auth/me/name',
        { csrf, name: 'Eve' },
        { host: WWW, headers: { origin, 'sec-fetch-site': 'same-site' } },
      );
    for (const origin of [
      'http://evil.pushtech.test',
      'http://pushtech.test',
      'https://kafidx.pushtech.test',
      'null',
    ]) {
      expect((await post(origin)).status).toBe(403);
    }
    expect((await store.accounts.list())[0]?.name).toBe('ann');
    expect((await post(`http://${KAFIDX}`)).status).toBe(303);
    expect((await store.accounts.list())[0]?.name).toBe('Eve');
  });

  it('a websocket may be opened by pages of our other hosts only', async () => {
    const { guard } = await startHosts();
    const allowed = (origin: string) => guard.originAllowed({ headers: { host: KAFIDX, origin } } as never);
    expect(allowed(`http://${WWW}`)).toBe(true);
    expect(allowed('http://evil.pushtech.test')).toBe(false);
  });

  it('signing out at one signs out at all', async () => {
    const { ann } = await startHosts();
    await ann.signIn('ann@example.org');
    expect((await ann.get('/numbers', { host: KAFIDX })).status).toBe(200);
    await ann.submit('/auth/me', '/auth/sign-out', {}, { host: KAFIDX });
    expect((await ann.get('/numbers', { host: WWW })).status).toBe(302);
  });

  it('by TLS the cookie is for secure hosts below the domain only', async () => {
    const { ann } = await startHosts({ publicUrl: 'https://{service}.pushtech.test', isHttps: () => true });
    const answer = await ann.signIn('ann@example.org');
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^__Secure-pushtech_session=.*; Domain=pushtech\.test; Secure,/,
    );
    expect((await ann.get('/numbers', { host: KAFIDX })).body).toBe('numbers');
  });

  it('at a host that is not ours by PUBLIC_URL the cookie is for that host alone', async () => {
    const { browser, port } = await startHosts();
    const local = browser(`127.0.0.1:${port}`);
    const answer = await local.signIn('ann@example.org');
    expect(String(answer.headers['set-cookie'])).not.toContain('Domain');
    expect((await local.get('/numbers')).body).toBe('numbers');
  });

  it('invitations carry the address of www', async () => {
    const { ann } = await startHosts();
    await ann.signIn('ann@example.org');
    const fields = { email: 'ed@example.org', role: 'engineer' };
    const { body } = await ann.submit('/auth/people', '/auth/people/invitations', fields, { host: KAFIDX });
    expect(body).toMatch(/http:\/\/www\.pushtech\.test\/auth\/invitation\/[\w-]{32}/);
  });
});
