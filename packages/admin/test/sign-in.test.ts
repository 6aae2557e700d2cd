import { describe, expect, it } from 'vitest';
import { NOW, startServer } from './start.ts';

const wrong = 'password=wrong';
const right = 'password=correct+horse';

describe('the sign-in', () => {
  it('is a page without inline scripts or styles, under the strict policy', async () => {
    const { get } = await startServer();
    const { status, headers, body } = await get('/auth/sign-in?to=/kafidx%3Fsite%3D%22%3E%3Cscript%3E');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(body).toContain('type="password"');
    expect(body).not.toMatch(/<script|<style|style=|"><script/);
  });

  it('begins a session of 12 hours that scripts cannot read, and goes where one wanted to', async () => {
    const { post } = await startServer();
    const { status, headers } = await post('/auth/sign-in', {}, `${right}&to=%2Fkafidx%3Fsite%3Da`);
    expect(status).toBe(303);
    expect(headers.location).toBe('/kafidx?site=a');
    const [cookie] = headers['set-cookie'] as string[];
    expect(cookie).toMatch(
      /^pushtech_session=[\w-]+\.[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/,
    );
  });

  it('refuses a wrong password, and no password where none is set', async () => {
    const first = await startServer();
    const refused = await first.post('/auth/sign-in', {}, wrong);
    expect([refused.status, refused.headers['set-cookie']]).toEqual([401, undefined]);
    const second = await startServer({ password: '' });
    const empty = await second.post('/auth/sign-in', { host: 'a.example' }, 'password=');
    expect([empty.status, empty.headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('gives an address ten tries, then one every ten seconds', async () => {
    let now = NOW;
    const { post } = await startServer({ clock: () => now });
    const guess = (i: number) => post('/auth/sign-in', {}, `email=a${i}@example.org&${wrong}`);
    for (let i = 0; i < 10; i++) expect((await guess(i)).status).toBe(401);
    const refused = await post('/auth/sign-in', {}, right);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '10']);
    now += 9_999;
    expect((await guess(10)).status).toBe(429);
    now += 1;
    expect((await guess(11)).status).toBe(401);
    expect((await post('/auth/sign-in', {}, right)).status).toBe(429);
  });

  it('counts tries by the address its host reads, and makes the cookie Secure where the browser speaks TLS', async () => {
    const { post } = await startServer({
      readAddress: ({ headers }) => ({ address: String(headers['x-forwarded-for']) }),
      isHttps: ({ headers }) => headers['x-forwarded-proto'] === 'https',
    });
    const one = { 'x-forwarded-for': '192.0.2.1' };
    for (let i = 0; i < 10; i++) await post('/auth/sign-in', one, `email=a${i}@example.org&${wrong}`);
    expect((await post('/auth/sign-in', one, right)).status).toBe(429);
    const other = { 'x-forwarded-for': '192.0.2.2' };
    expect(String((await post('/auth/sign-in', other, right)).headers['set-cookie'])).not.toContain('Secure');
    const secure = await post('/auth/sign-in', { ...other, 'x-forwarded-proto': 'https' }, right);
    expect(String(secure.headers['set-cookie'])).toMatch(/; Secure$/);
  });

  it('believes no header about TLS unless it is told whom to believe', async () => {
    const { post } = await startServer();
    const { headers } = await post('/auth/sign-in', { 'x-forwarded-proto': 'https' }, right);
    expect(String(headers['set-cookie'])).not.toContain('Secure');
  });

  it('is not taken from a page of another site', async () => {
    const { post } = await startServer();
    const answer = await post('/auth/sign-in', { origin: 'https://evil.example' }, right);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });
});

describe('a session', () => {
  it('opens guarded routes and counts as signed in', async () => {
    const { get, signIn } = await startServer();
    const cookie = await signIn();
    expect((await get('/secret', { cookie })).body).toBe('secret');
    expect((await get('/auth/check', { cookie })).status).toBe(204);
    expect((await get('/auth/check')).status).toBe(401);
  });

  it('is found beside cookies of the same name that others set', async () => {
    const { get, signIn } = await startServer();
    const cookie = await signIn();
    expect((await get('/secret', { cookie: `pushtech_session=x; a=b; ${cookie}` })).status).toBe(200);
  });

  it('ends after twelve hours and says so', async () => {
    let now = NOW;
    const { get, signIn } = await startServer({ clock: () => now });
    const cookie = await signIn();
    now += 12 * 3_600_000;
    const answer = await get('/secret', { cookie });
    expect([answer.status, JSON.parse(answer.body).message]).toEqual([
      401,
      'Your session has ended. Sign in again.',
    ]);
  });

  it('ends with a new password', async () => {
    const cookie = await (await startServer()).signIn();
    const { get } = await startServer({ password: 'another one' });
    expect((await get('/secret', { cookie })).status).toBe(401);
  });

  it.each([
    [
      'a longer life',
      (_payload: string, sig: string) =>
        `${Buffer.from(JSON.stringify({ id: 'x', expires: 9e15 })).toString('base64url')}.${sig}`,
    ],
    ['one character more', (payload: string, sig: string) => `${payload}A.${sig}`],
    ['a signature cut short', (payload: string, sig: string) => `${payload}.${sig.slice(1)}`],
    ['no signature', (payload: string) => payload],
    ['nothing', () => ''],
  ])('that was forged with %s is none', async (_what, forge) => {
    const { get, signIn } = await startServer();
    const cookie = await signIn();
    const [payload = '', signature = ''] = cookie.slice(cookie.indexOf('=') + 1).split('.');
    expect((await get('/secret', { cookie: `pushtech_session=${forge(payload, signature)}` })).status).toBe(
      401,
    );
  });

  it('ends by signing out, in the browser that did', async () => {
    const { post, signIn, guard } = await startServer();
    const cookie = await signIn();
    const csrf = guard.csrfToken({ headers: { cookie } } as never) ?? '';
    expect((await post('/auth/sign-out', { cookie }, '')).status).toBe(403);
    const out = await post('/auth/sign-out', { cookie }, `csrf=${csrf}`);
    expect([out.status, out.headers.location]).toEqual([303, '/auth/sign-in?done=out']);
    expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
  });
});
