import { setTimeout as sleep } from 'node:timers/promises';
import { createGuard } from '@pushtech/admin';
import { bookedTopics, type Event, topics } from '@pushtech/event';
import { type Log, type NewRecord, openLog } from '@pushtech/log';
import {
  createHost,
  createLogger,
  createMetrics,
  type Host,
  type Metrics,
  type Service,
} from '@pushtech/service';
import { openStats, type Stats } from '@pushtech/stats';
import { openStore, type Store } from '@pushtech/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStatsConsumer } from '../src/app.ts';

const NOW = Date.UTC(2026, 5, 15, 12, 30, 10);
const at = new Date(NOW).toISOString();

let log: Log;
let stats: Stats;
let store: Store | undefined;
let service: Service;
let host: Host;
let warnings: string[];

const eventOf = (n: number, more: Partial<Event> = {}): Event => ({
  v: 1,
  id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  type: 'pageview',
  site: 'a.example',
  receivedAt: at,
  occurredAt: at,
  via: 'pixel',
  visitor: `v${n % 3}`,
  properties: {},
  ...more,
});

const recordOf = (topic: string, value: unknown, origin?: string): NewRecord => ({
  topic,
  key: 'k',
  value: typeof value === 'string' ? value : JSON.stringify(value),
  ...(origin !== undefined && { headers: { origin } }),
});

const record = createLogger('silent', 'test');

const newService = (metrics: Metrics = createMetrics()): Service => {
  const warning = record.child({});
  warning.warn = ((...said: unknown[]) => warnings.push(String(said.at(-1)))) as typeof warning.warn;
  const guard = createGuard({ password: '', apiToken: 'token', secretKey: 'x'.repeat(32), clock: () => NOW });
  return createStatsConsumer({
    log,
    stats,
    ...(store && { store }),
    secretKey: 'x'.repeat(32),
    guard,
    record: warning,
    clock: () => NOW,
    metrics,
  });
};

const open = async (): Promise<void> => {
  service = newService();
  host = await createHost({ services: [service], record, metrics: createMetrics() });
  await service.start();
};

const ask = async (path: string) => {
  const reply = await host.app.inject({ url: path, headers: { authorization: 'Bearer token' } });
  const isJson = String(reply.headers['content-type']).includes('json');
  return { status: reply.statusCode, headers: reply.headers, body: isJson ? reply.json() : reply.body };
};

/** Waits until the log is worked off. */
const settled = async (): Promise<void> => {
  for (let round = 0; round < 300; round++) {
    let behind = 0;
    for (const topic of bookedTopics) {
      for (const { partition, end } of await log.ranges(topic)) {
        if (((await stats.position(`${topic}/${partition}`)) ?? 0) < end) behind += 1;
      }
    }
    if (behind === 0) return;
    await sleep(20);
  }
  throw new Error('the log was not worked off');
};

beforeEach(async () => {
  warnings = [];
  log = await openLog('sqlite::memory:');
  stats = await openStats('sqlite::memory:', { clock: () => NOW, properties: ['status'] });
});

afterEach(async () => {
  await host?.close();
  await log.close();
  await stats.close();
  await store?.close();
  store = undefined;
});

describe('counting', () => {
  it('counts what is on the four topics, and the books balance', async () => {
    await open();
    const minute = Math.floor(NOW / 60_000) * 60_000;
    await log.append([
      recordOf(topics.received, { batch: 'b', tallies: [{ minute, n: 6 }] }),
      recordOf(topics.events, eventOf(1), 'b/0'),
      recordOf(topics.events, eventOf(1), 'b/1'),
      recordOf(topics.events, eventOf(2), 'b/2'),
      recordOf(
        topics.dead,
        { at, reason: 'x', step: 's', message: '', original: '', encoding: 'utf8', position: '' },
        'b/3',
      ),
      recordOf(topics.dropped, { at, reason: 'site', step: 's', n: 2 }, 'b/4'),
      recordOf(topics.events, eventOf(2), 'b/2'),
    ]);
    await settled();
    expect((await ask('/stats/ledger')).body).toEqual({
      received: 6,
      redelivered: 1,
      kept: 4,
      dead: 1,
      dropped: { site: 2 },
      counted: 2,
      duplicates: 2,
      window: { days: 7, ids: 5_000_000 },
    });
  });

  it('tells how long the road of the newest heartbeat was, in the ledger and as metrics', async () => {
    const metrics = createMetrics();
    service = newService(metrics);
    host = await createHost({ services: [service], record, metrics });
    await service.start();
    expect(await metrics.registry.metrics()).toMatch(/^pushtech_stats_road_delay_seconds NaN$/im);
    const receivedAt = new Date(NOW - 2500).toISOString();
    await log.append([
      recordOf(topics.events, eventOf(1, { type: 'heartbeat', run: 'heartbeat', receivedAt })),
      recordOf(topics.events, eventOf(2)),
    ]);
    await settled();
    expect((await ask('/stats/ledger')).body).toMatchObject({
      counted: 1,
      road: { at: receivedAt, delayMs: 2500 },
    });
    expect((await ask('/stats/ledger?format=csv')).body).toContain(
      `road at,${receivedAt}\r\nroad delay ms,2500\r\n`,
    );
    const shown = await metrics.registry.metrics();
    expect(shown).toMatch(/^pushtech_stats_road_delay_seconds 2.5$/m);
    expect(shown).toMatch(/^pushtech_stats_heartbeat_age_seconds 2.5$/m);
  });

  it('parks an event it cannot read as dead, with its reason, and the books still balance', async () => {
    await open();
    const minute = Math.floor(NOW / 60_000) * 60_000;
    await log.append([
      recordOf(topics.received, { batch: 'b', tallies: [{ minute, n: 5 }] }),
      recordOf(topics.events, '{"v":1,', 'b/0'),
      recordOf(topics.events, { ...eventOf(1), v: 2 }, 'b/1'),
      recordOf(topics.events, { ...eventOf(2), occurredAt: 'yesterday' }, 'b/2'),
      recordOf(topics.events, eventOf(3), 'b/3'),
      recordOf(topics.events, 'null', 'b/4'),
    ]);
    await settled();
    const dead = await log.read(topics.dead, 0, 'earliest', 10);
    expect(dead.records.map(({ value }) => JSON.parse(value).reason)).toEqual([
      'invalid',
      'version',
      'invalid',
      'invalid',
    ]);
    await settled();
    expect((await ask('/stats/ledger')).body).toMatchObject({
      received: 5,
      redelivered: 0,
      kept: 1,
      dead: 4,
      counted: 1,
    });
    expect((await service.status()).degraded).toEqual([]);
  });

  it('passes over records of the books that make no sense', async () => {
    await open();
    await log.append([
      recordOf(topics.received, { batch: 'b', tallies: [{ minute: 'x', n: 5 }] }),
      recordOf(topics.dropped, { at, reason: 'r', step: 's', n: -1 }),
      recordOf(topics.dead, '[]'),
      recordOf(topics.events, eventOf(1)),
    ]);
    await settled();
    expect((await ask('/stats/ledger')).body).toMatchObject({
      received: 0,
      dead: 0,
      dropped: {},
      counted: 1,
    });
  });

  it('goes on where the stats are, whatever the log remembers of the group', async () => {
    await log.append([1, 2, 3].map((n) => recordOf(topics.events, eventOf(n))));
    const { next } = await log.read(topics.events, 0, 'earliest', 2);
    await stats.apply({ source: `${topics.events}/0`, from: 0, next, records: [] });
    await open();
    await settled();
    expect((await ask('/stats/ledger')).body).toMatchObject({ counted: 1 });
  });

  it('starts over with one warning when the log is a new one', async () => {
    await stats.apply({ source: `${topics.events}/0`, from: 0, next: 5000, records: [] });
    await log.append([1, 2, 3].map((n) => recordOf(topics.events, eventOf(n))));
    await open();
    for (let i = 0; i < 100 && (await stats.ledger({})).counted < 3; i++) await sleep(20);
    expect(await stats.ledger({})).toMatchObject({ counted: 3, duplicates: 0 });
    expect(warnings).toHaveLength(1);
  });

  it('counts everything once while the owner changes', async () => {
    await open();
    const all = Array.from({ length: 2000 }, (_, n) => recordOf(topics.events, eventOf(n), `b/${n}`));
    const second = newService();
    for (let i = 0; i < all.length; i += 250) {
      await log.append(all.slice(i, i + 250));
      if (i === 500) await second.start();
      if (i === 1000) await service.stop();
    }
    for (let i = 0; i < 900 && (await stats.ledger({})).kept < 2000; i++) await sleep(20);
    await second.stop();
    expect(await stats.ledger({})).toMatchObject({ counted: 2000, duplicates: 0, redelivered: 0 });
  });
});

describe('the routes', () => {
  const list = Array.from({ length: 10 }, (_, n) =>
    eventOf(n, {
      occurredAt: new Date(NOW - n * 60_000).toISOString(),
      place: { country: n % 2 ? 'DE' : '=1+2', accuracy: 'ip' },
      ...(n === 9 && { bot: { reasons: ['agent'] } }),
    }),
  );
  const span = 'from=2026-06-15T12:00:00Z&to=2026-06-15T13:00:00Z';

  beforeEach(async () => {
    await stats.apply({
      source: 'x/0',
      from: 0,
      next: 1,
      records: list.map((event) => ({ kind: 'event', event })),
    });
    await open();
  });

  it('answer in ISO times', async () => {
    expect((await ask(`/stats/summary?${span}`)).body).toEqual({
      from: '2026-06-15T12:00:00.000Z',
      to: '2026-06-15T13:00:00.000Z',
      events: 9,
      visitors: 3,
      visitorsExact: true,
    });
    expect((await ask('/stats/summary?bots=only')).body).toMatchObject({
      events: 1,
      to: '2026-06-15T12:31:00.000Z',
    });
    expect((await ask('/stats/summary?from=2026-06-15&to=2026-06-15T12:25:00%2B00:00')).body).toMatchObject({
      events: 4 - 1,
    });
    expect((await ask(`/stats/series?${span}&interval=hour`)).body).toEqual({
      from: '2026-06-15T12:00:00.000Z',
      to: '2026-06-15T13:00:00.000Z',
      interval: 'hour',
      points: [{ at: '2026-06-15T12:00:00.000Z', events: 9, visitors: 3 }],
    });
    const ofGermany = await ask(
      `/stats/series?${span}&interval=minute&dimension=country&value=DE&bots=include`,
    );
    expect(ofGermany.body).toMatchObject({ interval: 'hour', points: [{ events: 5 }] });
    expect((await ask(`/stats/top?${span}&dimension=country&limit=1`)).body).toEqual({
      from: '2026-06-15T12:00:00.000Z',
      to: '2026-06-15T13:00:00.000Z',
      dimension: 'country',
      rows: [{ value: '=1+2', events: 5, visitors: 3 }],
      other: { events: 4 },
      total: { events: 9 },
    });
  });

  it('give CSV that no spreadsheet runs', async () => {
    const top = await ask(`/stats/top?${span}&dimension=country&format=csv`);
    expect(top.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(top.body).toBe("value,events,visitors\r\n'=1+2,5,3\r\nDE,4,3\r\n");
    for (const path of ['summary?', 'series?', 'ledger?']) {
      expect((await ask(`/stats/${path}format=csv`)).body).toMatch(/^[\w,]+\r\n(.+\r\n)+$/);
    }
  });

  it('say which field is wrong, and how', async () => {
    const wrong = {
      'summary?from=yesterday': 'from',
      'summary?to=2026-13-01': 'to',
      'summary?from=2026-06-15&to=2026-06-15': 'to',
      'summary?bots=maybe': 'bots',
      'summary?site=a&site=b': 'site',
      'summary?colour=red': 'colour',
      'summary?tz=Mars': 'tz',
      'summary?format=xml': 'format',
      'series?interval=year': 'interval',
      'series?interval=minute&from=2020-01-01&to=2026-01-01': 'interval',
      'series?dimension=nothing': 'dimension',
      'top?': 'dimension',
      'top?dimension=nothing': 'dimension',
      'top?dimension=properties.colour': 'dimension',
      'top?dimension=path&limit=0': 'limit',
      'ledger?from=1': 'from',
    };
    for (const [path, field] of Object.entries(wrong)) {
      const { status, body } = await ask(`/stats/${path}`);
      expect({ path, status, field: body.field }).toEqual({ path, status: 400, field });
      expect(Object.keys(body).sort()).toEqual(['error', 'field', 'message']);
    }
  });

  it('let nobody in who may not read', async () => {
    for (const path of ['summary', 'series', 'top', 'ledger']) {
      const reply = await host.app.inject({ url: `/stats/${path}`, headers: { host: 'stats.example.org' } });
      expect(reply.statusCode).toBe(401);
    }
  });

  it('are described at /docs', async () => {
    const { paths } = (await ask('/docs/json')).body;
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/stats/summary', '/stats/series', '/stats/top', '/stats/ledger']),
    );
    expect(paths['/stats/top'].get.parameters.map(({ name }: { name: string }) => name)).toContain(
      'dimension',
    );
  });
});

describe('goals', () => {
  it('are counted with the events that meet them, and asked for by their type', async () => {
    store = await openStore('sqlite::memory:');
    const goal = { name: 'Clicks', type: 'click', conditions: [], createdAt: NOW };
    await store.goals.insert({ ...goal, id: 'clicks' });
    await open();
    await log.append([
      recordOf(topics.events, eventOf(1, { type: 'click' })),
      recordOf(topics.events, eventOf(2, { type: 'click', bot: { reasons: ['agent'] } })),
      recordOf(topics.events, eventOf(3)),
    ]);
    await settled();
    expect((await ask('/stats/summary?type=goal/clicks')).body).toMatchObject({ events: 1, visitors: 1 });
    expect((await ask('/stats/summary?type=goal/clicks&bots=only')).body).toMatchObject({ events: 1 });
    expect((await ask('/stats/summary')).body).toMatchObject({ events: 2 });
    expect((await service.status()).degraded).toEqual([]);
  });

  it('hold up no event while the store is away, and /readyz tells of it', async () => {
    store = await openStore('sqlite::memory:');
    await store.close();
    await open();
    await log.append([recordOf(topics.events, eventOf(1))]);
    await settled();
    expect((await ask('/stats/summary')).body).toMatchObject({ events: 1 });
    const { status, body } = await ask('/readyz');
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('goals');
  });
});
