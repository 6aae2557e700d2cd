import { describe, expect, it } from 'vitest';
import { makeToken } from '../src/index.ts';
import { secretKey } from './start.ts';
import { startPeople, type TestBrowser } from './start-people.ts';

const tokenIn = (body: string): string => /pt_[\w-]+\.[\w-]+/.exec(body)?.[0] ?? '';

const make = async (browser: TestBrowser, scopes: readonly string[], days = '7') => {
  const wanted = Object.fromEntries(scopes.map((scope) => [`scope:${scope}`, 'on']));
  const answer = await browser.submit('/auth/tokens', '/auth/tokens', { name: 'report', days, ...wanted });
  return { ...answer, token: tokenIn(answer.body) };
};

const started = async (options = {}) => {
  const people = await startPeople(options);
  const { browser: owner } = await people.signedIn('ann@example.org', 'owner');
  const { browser: ed, account } = await people.signedIn('ed@example.org', 'engineer');
  const ask = async (token: string, path = '/numbers') => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    const answer = await people.browser().get(path, { headers });
    return { ...answer, json: answer.body.startsWith('{') ? JSON.parse(answer.body) : undefined };
  };
  return { ...people, owner, ed, edsAccount: account, ask };
};

describe('a token of the screen', () => {
  it('is good for its scopes, and 403 names the one that lacks', async () => {
    const { ed, ask } = await started();
    const { token, status } = await make(ed, ['stats:read']);
    expect(status).toBe(200);
    expect((await ask(token)).body).toBe('numbers');
    const refused = await ask(token, '/metrics');
    expect([refused.status, refused.json.scope]).toEqual([403, 'metrics:read']);
    expect((await ask('')).status).toBe(401);
  });

  it('is shown once and kept nowhere', async () => {
    const { ed, store } = await started();
    const { token } = await make(ed, ['stats:read']);
    expect((await ed.get('/auth/tokens')).body).not.toContain(token);
    const signature = token.split('.')[1] ?? 'none';
    expect(JSON.stringify([await store.tokens.list(), await store.audit.list()])).not.toContain(signature);
  });

  it('ends at once when it is revoked, and says so', async () => {
    const { ed, ask, store } = await started();
    const { token } = await make(ed, ['stats:read']);
    const [entry] = await store.tokens.list();
    const answer = await ed.submit('/auth/tokens', `/auth/tokens/${entry?.id}/revoke`);
    expect(answer.location).toBe('/auth/tokens?done=revoked');
    const refused = await ask(token);
    expect([refused.status, refused.json.message]).toEqual([401, 'This token was revoked.']);
    expect((await ed.get('/auth/tokens')).body).toContain('revoked');
  });

  it('ends when its time has come, and says when', async () => {
    let now = Date.now();
    const { ed, ask } = await started({ clock: () => now });
    const { token } = await make(ed, ['stats:read'], '7');
    now += 7 * 86_400_000 - 1;
    expect((await ask(token)).status).toBe(200);
    now += 1;
    const refused = await ask(token);
    expect([refused.status, refused.json.message]).toEqual([401, expect.stringContaining('expired at')]);
  });

  it('can end on a chosen day within a year', async () => {
    const now = Date.UTC(2026, 0, 15, 12);
    const { ed, store } = await started({ clock: () => now });
    const choose = (date: string) =>
      ed.submit('/auth/tokens', '/auth/tokens', { name: 'x', days: 'date', date, 'scope:stats:read': 'on' });
    for (const date of ['2026-01-14', '2027-02-01', '', 'tomorrow', '2026-13-01']) {
      expect((await choose(date)).status).toBe(400);
    }
    expect((await choose('2026-01-15')).status).toBe(200);
    expect(await store.tokens.list()).toMatchObject([{ expires: Date.UTC(2026, 0, 16) - 1 }]);
  });

  it.each([
    ['a scope that its maker lacks', ['stats:read', 'people:write']],
    ['no scope', []],
    ['a scope that there is not', ['everything']],
  ])('is not made with %s', async (_what, scopes) => {
    const { ed, store } = await started();
    expect((await make(ed, scopes)).status).toBe(400);
    expect(await store.tokens.list()).toEqual([]);
  });

  it('never does more than its maker may now', async () => {
    const { ed, edsAccount, owner, ask } = await started();
    const { token } = await make(ed, ['stats:read', 'metrics:read']);
    expect((await ask(token, '/metrics')).status).toBe(200);
    await owner.submit('/auth/people', `/auth/people/accounts/${edsAccount.id}/role`, { role: 'marketer' });
    expect((await ask(token, '/metrics')).status).toBe(403);
    expect((await ask(token)).status).toBe(200);
    await owner.submit('/auth/people', `/auth/people/accounts/${edsAccount.id}/disable`);
    expect((await ask(token)).status).toBe(401);
  });

  it('is seen and revoked by its maker and by owners, by nobody else', async () => {
    const { ed, owner, ask, signedIn, store } = await started();
    const { token } = await make(ed, ['stats:read']);
    const [entry] = await store.tokens.list();
    const { browser: mia } = await signedIn('mia@example.org', 'marketer');
    expect((await mia.get('/auth/tokens')).body).not.toContain('report');
    expect((await mia.submit('/auth/tokens', `/auth/tokens/${entry?.id}/revoke`)).status).toBe(404);
    expect((await ask(token)).status).toBe(200);
    expect((await owner.get('/auth/tokens')).body).toContain('report');
    await owner.submit('/auth/tokens', `/auth/tokens/${entry?.id}/revoke`);
    expect((await ask(token)).status).toBe(401);
  });

  it('makes no further tokens', async () => {
    const { owner, browser } = await started();
    const { token } = await make(owner, ['people:write', 'write']);
    const headers = { authorization: `Bearer ${token}` };
    const fields = { name: 'more', days: '365', 'scope:write': 'on' };
    expect((await browser().post('/auth/tokens', fields, { headers })).status).toBe(403);
  });

  it('with an id that is in no store is refused, while one of the task `token` needs none', async () => {
    const { ask } = await started();
    const token = {
      secretKey,
      id: 'importer',
      scopes: ['stats:read'] as const,
      expires: Date.now() + 60_000,
    };
    expect((await ask(makeToken(token))).status).toBe(200);
    const refused = await ask(makeToken({ ...token, kept: true }));
    expect([refused.status, refused.json.message]).toEqual([401, expect.stringContaining('not known')]);
  });
});
