import { createHash } from 'node:crypto';
import { naughtyStrings } from '@pushtech/event/fixtures';
import { describe, expect, it } from 'vitest';
import type { View } from '../src/dashboard/view.ts';
import { eventAt, startWebsite, type WebsiteOptions } from './dashboard-start.ts';

/** A Wednesday. */
const now = Date.UTC(2026, 4, 13, 13, 30, 20);
const HOUR = 3_600_000;

const start = async (options: WebsiteOptions = {}) => {
  const site = await startWebsite({ now, ...options });
  const get = (path: string, init?: RequestInit) => fetch(site.url + path, { redirect: 'manual', ...init });
  const json = async <T>(path: string) => (await (await get(path)).json()) as T;
  const send = (method: string, path: string, body?: object) =>
    get(path, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  return { ...site, get, json, send };
};

const visit = (hoursAgo: number, visitor: string, more = {}) =>
  eventAt(now - hoursAgo * HOUR, { visitor, ...more });

describe('GET /dashboard/data', () => {
  it('gives all of a view in one answer, with the period before', async () => {
    const { count, json } = await start();
    await count(
      visit(1, 'a', { campaign: { source: 'news', name: 'may' } }),
      visit(2, 'a', { place: { country: 'DE', accuracy: 'ip' } }),
      visit(3, 'b', { bot: { reasons: ['agent:x'] } }),
      visit(25, 'c'),
    );
    const view = await json<View>('/dashboard/data?range=today&tables=source,country');
    expect(view).toMatchObject({
      frame: {
        range: 'today',
        tz: 'UTC',
        bots: 'exclude',
        tables: ['path', 'source', 'country', 'device', 'type', 'properties.plan'],
      },
      summary: { events: 2, visitors: 1, visitorsExact: true },
      before: { events: 1, visitors: 1 },
      bots: { events: 1 },
      line: { interval: 'hour' },
      sites: ['shop'],
      types: ['pageview'],
      problems: [],
    });
    expect(view.tables.source?.rows).toEqual([
      ['news', 1, 1],
      [null, 1, 1],
    ]);
    expect(view.tables.country?.rows).toContainEqual(['DE', 1, 1]);
    expect(view.line?.events.reduce((a, b) => a + b)).toBe(2);
    expect(view.lineBefore?.events.reduce((a, b) => a + b)).toBe(1);
  });

  it('shows the last 30 minutes by minute', async () => {
    const { count, json } = await start();
    await count(visit(0, 'a'), visit(0.4, 'b'), visit(0.6, 'c'));
    const { line, summary } = await json<View>('/dashboard/data?range=30m');
    expect(line).toMatchObject({ interval: 'minute' });
    expect(line?.at).toHaveLength(30);
    expect(summary).toMatchObject({ events: 2 });
  });

  it('shows all time from the first event on, however long ago', async () => {
    const { count, json } = await start();
    await count(eventAt('1996-02-29T12:00:00Z'), visit(1, 'a'));
    const { line, summary } = await json<View>('/dashboard/data?range=all');
    expect(summary?.events).toBe(2);
    expect(new Date(line?.at[0] ?? 0).toISOString()).toBe('1996-02-29T00:00:00.000Z');
    expect(line?.events.filter((n) => n > 0)).toEqual([1, 1]);
    expect(new Set(line?.at).size).toBe(line?.at.length);
  });

  it('takes the zone of the address, else of the site, else of the browser, else UTC', async () => {
    const { json, store, get } = await start();
    await store.sites.insert({
      ...{ id: 'shop', name: 'Shop', timeZone: 'Asia/Kolkata', createdAt: now },
      ...{ origins: [], excludedAddresses: [], excludedPaths: [] },
    });
    const zone = async (query: string) => (await json<View>(`/dashboard/data?${query}`)).frame.tz;
    expect(await zone('site=shop&tz=Europe/Berlin')).toBe('Europe/Berlin');
    expect(await zone('site=shop')).toBe('Asia/Kolkata');
    expect(await zone('')).toBe('UTC');
    const told = await get('/dashboard/data', { headers: { cookie: 'pushtech_tz=America%2FSt_Johns' } });
    expect(((await told.json()) as View).frame.tz).toBe('America/St_Johns');
  });

  it('opens a row with its own series, also one that is not known', async () => {
    const { count, json } = await start();
    await count(visit(1, 'a', { campaign: { name: 'may' } }), visit(2, 'a'));
    const row = async (query: string) => (await json<View>(`/dashboard/data?range=today&${query}`)).row;
    expect((await row('open=campaign&value=may'))?.line?.events.reduce((a, b) => a + b)).toBe(1);
    expect(await row('open=campaign')).toMatchObject({ table: 'campaign', value: null });
  });

  it.each([
    ['range=never', 'range'],
    ['from=2026-02-30', 'from'],
    ['from=1066-10-14', 'from'],
    ['from=2026-05-02&to=2026-05-01', 'to'],
    ['range=custom', 'from'],
    ['tz=Mars/Olympus', 'tz'],
    ['bots=some', 'bots'],
    ['open=properties.unknown', 'open'],
    ['data=example', 'data'],
    ['surprise=1', 'surprise'],
    ['site=a&site=b', 'site'],
  ])('refuses %s and names the field', async (query, field) => {
    const { get } = await start();
    const answer = await get(`/dashboard/data?${query}`);
    expect([400, 404]).toContain(answer.status);
    expect(await answer.json()).toMatchObject({ field });
    const page = await get(`/dashboard?${query}`);
    expect(page.status).toBe(400);
    expect(page.headers.get('content-type')).toContain('text/html');
  });

  it('tells nobody who may not read numbers', async () => {
    const { get } = await start({ env: { ADMIN_PASSWORD: 'a long enough password' } });
    for (const path of ['data', 'table?table=path', 'table.csv?table=path', 'goals', 'shares'])
      expect((await get(`/dashboard/${path}`)).status).toBe(401);
    const page = await get('/dashboard', { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('location')]).toEqual([
      302,
      expect.stringContaining('/auth/sign-in'),
    ]);
  });
});

describe('GET /dashboard/table.csv', () => {
  const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=cmd|’ /C calc’!A0'];

  it('defuses formulas and keeps every text in its own cell', async () => {
    const { count, get } = await start();
    const texts = [
      ...formulas,
      ...naughtyStrings()
        .filter((text) => text !== '')
        .slice(0, 300),
    ];
    await count(...texts.map((name) => visit(1, 'a', { campaign: { name: name.slice(0, 200) } })));
    const answer = await get('/dashboard/table.csv?range=today&table=campaign&limit=1000');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="campaign.csv"');
    const cells = readCsv(await answer.text());
    expect(cells.every((row) => row.length === 3)).toBe(true);
    for (const [text = ''] of cells) expect(text).not.toMatch(/^[=+\-@\t\r]/);
    expect(cells.map(([text]) => text)).toContain("'=1+1");
  });

  it.each(['series', 'goals', 'ledger', 'type', 'site', 'page', 'properties.plan'])(
    'gives %s',
    async (table) => {
      const { get } = await start();
      const answer = await get(`/dashboard/table.csv?table=${table}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    },
  );

  it('refuses a table that is not there', async () => {
    const { get } = await start();
    expect(await (await get('/dashboard/table?table=__proto__')).json()).toMatchObject({
      error: 'table_unknown',
    });
  });
});

/** RFC 4180, independent of ours. */
const readCsv = (text: string): string[][] => {
  const rows: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r\n|$)/gy;
  for (let found = cell.exec(text); found && cell.lastIndex <= text.length; found = cell.exec(text)) {
    const [, raw = '', end] = found;
    rows.at(-1)?.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '\r\n') rows.push([]);
    if (cell.lastIndex === text.length) break;
  }
  return rows.filter((row) => row.length > 0 && row.join('') !== '').slice(1);
};

describe('goals', () => {
  const signup = { name: 'Sign-up', type: 'signup', conditions: [] };

  it('are counted from the beginning without conditions, with a rate by source and campaign', async () => {
    const { count, json, send } = await start();
    const news = { campaign: { source: 'news', name: 'may' } };
    await count(
      visit(1, 'a', news),
      visit(1, 'b', news),
      visit(1, 'c'),
      visit(1, 'a', { ...news, type: 'signup' }),
    );
    const made = (await (await send('POST', '/dashboard/goals', signup)).json()) as { id: string };
    const view = await json<View>(`/dashboard/data?range=today&goal=${made.id}`);
    expect(view.goals).toMatchObject([
      { name: 'Sign-up', fromBeginning: true, events: 1, visitors: 1, rate: 1 / 3 },
    ]);
    expect(view.goal?.sources).toEqual([{ value: 'news', events: 1, visitors: 1, of: 2, rate: 0.5 }]);
    expect(view.goal?.campaigns).toMatchObject([{ value: 'may', of: 2, rate: 0.5 }]);
  });

  it('with conditions are read as a type of their own, since they were made', async () => {
    const { apply, json, send } = await start();
    const conditions = [{ field: 'path', is: 'starts', value: '/thanks' }];
    const made = (await (
      await send('POST', '/dashboard/goals', { ...signup, type: 'pageview', conditions })
    ).json()) as { id: string };
    await apply([
      { kind: 'event', event: visit(1, 'a'), goals: [made.id] },
      { kind: 'event', event: visit(1, 'b') },
    ]);
    const { goals, summary } = await json<View>('/dashboard/data?range=today');
    expect(goals).toMatchObject([
      { fromBeginning: false, createdAt: now, events: 1, visitors: 1, rate: 0.5 },
    ]);
    expect(summary?.events).toBe(2);
  });

  it('keep their count when renamed, and begin anew when they ask for something else', async () => {
    const { json, send, store } = await start();
    const { id } = (await (await send('POST', '/dashboard/goals', signup)).json()) as { id: string };
    const renamed = await send('PUT', `/dashboard/goals/${id}`, { ...signup, name: 'Joined' });
    expect(await renamed.json()).toMatchObject({ id, name: 'Joined' });
    const other = (await (
      await send('PUT', `/dashboard/goals/${id}`, { ...signup, type: 'order' })
    ).json()) as { id: string };
    expect(other.id).not.toBe(id);
    expect((await json<{ goals: unknown[] }>('/dashboard/goals')).goals).toHaveLength(1);
    expect((await send('DELETE', `/dashboard/goals/${other.id}`)).status).toBe(204);
    expect((await send('DELETE', `/dashboard/goals/${other.id}`)).status).toBe(404);
    const lines = await store.audit.list();
    expect(lines.map(({ what }) => what)).toEqual([
      'goal.made',
      'goal.changed',
      'goal.changed',
      'goal.removed',
    ]);
  });

  it.each([
    [{ ...signup, name: ' ' }, 'name'],
    [{ ...signup, type: 'goal/x' }, 'type'],
    [{ ...signup, conditions: [{ field: 'ip', is: 'equal', value: 'x' }] }, 'conditions.0.field'],
    [{ ...signup, conditions: [{ field: 'path', is: 'like', value: 'x' }] }, 'conditions.0.is'],
    [{ ...signup, id: 'mine' }, 'id'],
  ])('refuse %j and name the field', async (body, field) => {
    const { send } = await start();
    const answer = await send('POST', '/dashboard/goals', body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { field }]);
  });
});

describe('a link for others', () => {
  const share = async (options: object, at = now) => {
    const site = await start({ now: at });
    await site.count(visit(1, 'a'), visit(1, 'b', { site: 'blog' }));
    await site.send('POST', '/dashboard/goals', { name: 'Of the blog', site: 'blog', type: 'signup' });
    const answer = await site.send('POST', '/dashboard/shares', { name: 'Ann', ...options });
    const { url, share: made } = (await answer.json()) as { url: string; share: { id: string } };
    return { ...site, path: url, made };
  };
  /** As someone who is not at the machine: the loopback rule does not let them in. */
  const stranger = { headers: { 'x-forwarded-for': '203.0.113.7' } };

  it('shows the numbers to whoever has it, and keeps no secret in the store', async () => {
    const { get, path, store, made } = await share({});
    expect((await get('/dashboard/data', stranger)).status).toBe(401);
    const page = await get(path, stranger);
    expect([page.status, page.headers.get('referrer-policy')]).toEqual([200, 'same-origin']);
    const view = (await (await get(`${path}/data?range=today`, stranger)).json()) as View;
    expect(view.summary?.events).toBe(2);
    const secret = path.slice(path.lastIndexOf('/') + 1);
    expect(made.id).toBe(createHash('sha256').update(secret).digest('base64url'));
    expect(JSON.stringify(await store.shares.list())).not.toContain(secret);
  });

  it('shows one site only when it names one: no other site, goal, book or table', async () => {
    const { get, path } = await share({ site: 'shop' });
    const ask = async (query: string) => (await get(`${path}/${query}`, stranger)).status;
    const view = (await (await get(`${path}/data?range=today&tables=site`, stranger)).json()) as View;
    expect(view).toMatchObject({
      summary: { events: 1 },
      sites: ['shop'],
      goals: [],
      frame: { site: 'shop' },
    });
    expect(view.ledger).toBeUndefined();
    expect(view.tables.site).toBeUndefined();
    expect(await ask('data?site=blog')).toBe(403);
    expect(await ask('table.csv?table=site')).toBe(400);
    expect(await ask('table.csv?table=ledger')).toBe(400);
    expect(await ask('data?data=example')).toBe(403);
    const page = await (await get(path, stranger)).text();
    expect(page).not.toContain('blog');
  });

  it('cannot change anything', async () => {
    const { get, path, made } = await share({});
    for (const to of [
      '/dashboard/goals',
      '/dashboard/shares',
      '/dashboard/example',
      `${path}/goals`,
      `${path}/data`,
    ])
      expect([401, 404]).toContain((await get(to, { ...stranger, method: 'POST' })).status);
    expect((await get(`/dashboard/shares/${made.id}`, { ...stranger, method: 'DELETE' })).status).toBe(401);
  });

  it('shows nothing any more once it is revoked', async () => {
    const { get, path, send, made } = await share({});
    expect((await send('DELETE', `/dashboard/shares/${made.id}`)).status).toBe(204);
    const page = await get(path, stranger);
    expect([page.status, await page.text()]).toEqual([410, expect.stringContaining('revoked')]);
    expect((await get(`${path}/data`, stranger)).status).toBe(410);
    expect((await get(`${path}/table.csv?table=path`, stranger)).status).toBe(410);
  });

  it('ends when its time is over', async () => {
    const { get, path, store, made } = await share({ days: 1 });
    expect((await get(path, stranger)).status).toBe(200);
    await store.shares.update(made.id, (old) => ({ ...old, expires: now }));
    const page = await get(path, stranger);
    expect([page.status, await page.text()]).toEqual([410, expect.stringContaining('expired')]);
  });

  it('that nobody made is not found', async () => {
    const { get } = await start();
    for (const secret of ['x', 'A'.repeat(43), '..%2fdata', '%00'])
      expect((await get(`/dashboard/shared/${secret}`, stranger)).status).toBe(404);
  });
});
