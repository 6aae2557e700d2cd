import type { Event } from '@pushtech/event';
import { createLogger } from '@pushtech/service';
import { type Goal, openStore, type Store } from '@pushtech/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGoals } from '../src/goals.ts';

const record = createLogger('silent', 'test');
let store: Store;
let goals: ReturnType<typeof createGoals>;

const goalOf = (id: string, more: Partial<Goal> = {}): Goal => ({
  id,
  name: id,
  type: 'pageview',
  conditions: [],
  createdAt: 0,
  ...more,
});

const eventOf = (more: Partial<Event> = {}): Event => ({
  v: 1,
  id: '00000000-0000-7000-8000-000000000001',
  type: 'pageview',
  site: 'a.example',
  receivedAt: '2026-06-15T12:00:00.000Z',
  occurredAt: '2026-06-15T12:00:00.000Z',
  via: 'pixel',
  page: { url: 'https://www.a.example/shop/shoes?x=1', host: 'www.a.example', path: '/shop/shoes' },
  properties: {},
  ...more,
});

beforeEach(async () => {
  store = await openStore('sqlite::memory:');
  goals = createGoals({ store, record, lookMs: 20 });
});

afterEach(async () => {
  await goals.stop();
  await store.close();
});

describe('goals', () => {
  /** Which of some goals with one condition each an event meets. */
  const metBy = async (
    event: Event,
    conditions: Record<string, Goal['conditions'][number]>,
  ): Promise<string[]> => {
    for (const [id, condition] of Object.entries(conditions)) {
      await store.goals.insert(goalOf(id, { conditions: [condition] }));
    }
    await goals.start();
    return goals.match(event).toSorted();
  };

  it('are met by events of their type and site, and by no other', async () => {
    await store.goals.insert(goalOf('all'));
    await store.goals.insert(goalOf('here', { site: 'a.example' }));
    await store.goals.insert(goalOf('there', { site: 'b.example' }));
    await store.goals.insert(goalOf('proto', { type: '__proto__' }));
    await goals.start();
    expect(goals.match(eventOf()).toSorted()).toEqual(['all', 'here']);
    expect(goals.match(eventOf({ site: 'b.example' })).toSorted()).toEqual(['all', 'there']);
    const { site: _, ...nowhere } = eventOf();
    expect(goals.match(nowhere)).toEqual(['all']);
    expect(goals.match(eventOf({ type: 'click' }))).toEqual([]);
    expect(goals.match(eventOf({ type: 'constructor' }))).toEqual([]);
  });

  it('compare the whole text, its beginning, or a part of it', async () => {
    const met = await metBy(eventOf(), {
      equal: { field: 'path', is: 'equal', value: '/shop/shoes' },
      'equal-not': { field: 'path', is: 'equal', value: '/shop' },
      starts: { field: 'path', is: 'starts', value: '/shop/' },
      'starts-not': { field: 'path', is: 'starts', value: 'shop/' },
      contains: { field: 'path', is: 'contains', value: 'op/sh' },
      'contains-not': { field: 'path', is: 'contains', value: 'Shop' },
    });
    expect(met).toEqual(['contains', 'equal', 'starts']);
  });

  it('read path, page, source, campaign and properties as the numbers show them', async () => {
    const event = eventOf({
      referrer: { url: 'https://news.example/', host: 'news.example', medium: 'link' },
      campaign: { name: 'spring' },
      properties: { plan: 'pro', n: 3, yes: true, list: ['pro'] },
    });
    const equal = (field: string, value: string) => ({ field, is: 'equal', value }) as const;
    const met = await metBy(event, {
      page: equal('page', 'www.a.example/shop/shoes'),
      source: equal('source', 'news.example'),
      campaign: equal('campaign', 'spring'),
      plan: equal('properties.plan', 'pro'),
      number: equal('properties.n', '3'),
      boolean: equal('properties.yes', 'true'),
      list: equal('properties.list', 'pro'),
      proto: { field: 'properties.__proto__', is: 'contains', value: '' },
      unknown: equal('colour', 'red'),
      newer: { field: 'path', is: 'matches' as 'equal', value: '/shop/shoes' },
    });
    expect(met).toEqual(['boolean', 'campaign', 'number', 'page', 'plan', 'source']);
    const inside = { ...event, referrer: { url: '', host: 'www.a.example', medium: 'internal' } };
    expect(goals.match(inside)).not.toContain('source');
  });

  it('need all of their conditions, and a value where there is a condition', async () => {
    const conditions = [
      { field: 'path', is: 'starts', value: '/shop' },
      { field: 'properties.plan', is: 'contains', value: '' },
    ] as const;
    await store.goals.insert(goalOf('both', { conditions }));
    await goals.start();
    expect(goals.match(eventOf())).toEqual([]);
    expect(goals.match(eventOf({ properties: { plan: '' } }))).toEqual(['both']);
    expect(
      goals.match(eventOf({ properties: { plan: 'pro' }, page: { url: '', host: 'h', path: '/' } })),
    ).toEqual([]);
  });

  it('are noticed when they are made, changed and removed', async () => {
    await goals.start();
    expect(goals.match(eventOf())).toEqual([]);
    await store.goals.insert(goalOf('new'));
    await expect.poll(() => goals.match(eventOf())).toEqual(['new']);
    await store.goals.update('new', (goal) => ({ ...goal, type: 'click' }));
    await expect.poll(() => goals.match(eventOf({ type: 'click' }))).toEqual(['new']);
    expect(goals.match(eventOf())).toEqual([]);
    await store.goals.remove('new');
    await expect.poll(() => goals.match(eventOf({ type: 'click' }))).toEqual([]);
  });

  it('are read all, however many there are', async () => {
    for (let n = 0; n < 1001; n++) await store.goals.insert(goalOf(`g${n}`));
    await goals.start();
    expect(goals.match(eventOf())).toHaveLength(1001);
  });

  it('known last go on counting while the store is away, and its absence is told', async () => {
    await store.goals.insert(goalOf('kept'));
    await goals.start();
    expect(goals.problem()).toBeUndefined();
    await store.close();
    await expect.poll(() => goals.problem()).toBeDefined();
    expect(goals.match(eventOf())).toEqual(['kept']);
  });

  it('do not keep anyone waiting for a store that is not there', async () => {
    const away = await openStore('mongodb://127.0.0.1:1/nothing?serverSelectionTimeoutMS=60000');
    const begun = performance.now();
    const waiting = createGoals({ store: away, record });
    await waiting.start();
    expect(performance.now() - begun).toBeLessThan(8000);
    expect(waiting.match(eventOf())).toEqual([]);
    expect(waiting.problem()).toBeDefined();
    await away.close();
    await waiting.stop();
  }, 30_000);
});
