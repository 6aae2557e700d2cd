import { createGuard } from '@pushtech/admin';
import { type Event, newId } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { openPlaces } from '@pushtech/place';
import { assemble, createLogger } from '@pushtech/service';
import { openStats, type StatsRecord } from '@pushtech/stats';
import { openStore } from '@pushtech/store';
import { createLinks } from '@pushtech/ui';
import { onTestFinished } from 'vitest';
import { createWebsite } from '../src/app.ts';
import { keptFor, readWebsiteSettings, tagAddress } from '../src/config.ts';
import type { Example } from '../src/example.ts';

export interface WebsiteOptions {
  /** Epoch ms. */
  now?: number;
  env?: Record<string, string>;
  properties?: readonly string[];
  example?: Example;
}

/** The website on engines in memory, on a port of the system's choice. Gone at the end of the test. */
export const startWebsite = async ({
  now,
  env = {},
  properties = ['plan'],
  example,
}: WebsiteOptions = {}) => {
  const settings = readWebsiteSettings({
    SECRET_KEY: 'a key of the dashboard’s own tests, 32 and more',
    ...env,
  });
  const clock = () => now ?? Date.now();
  const store = await openStore('sqlite::memory:');
  const stats = await openStats('sqlite::memory:', { clock, properties });
  const log = await openLog('sqlite::memory:', {});
  const flow = await assemble(settings, createLogger('silent', 'test'), async (kit) => {
    const places = kit.keep(await openPlaces({ ...kit, cityPath: '/nowhere/at-all.mmdb' }));
    const guard = createGuard({
      ...{ ...kit, clock, store, password: settings.ADMIN_PASSWORD, apiToken: settings.API_TOKEN },
      passwordCost: 1024,
    });
    const deps = { ...kit, clock, guard, store, stats, log, places, links: createLinks('') };
    const website = createWebsite({
      ...deps,
      ...{ publicUrl: '', tileUrl: '', kept: keptFor(settings), tag: tagAddress(settings), properties },
      ...(example && { example }),
    });
    return { services: [website], routes: [guard.routes], requireMetrics: guard.require('metrics:read') };
  });
  const { url } = await flow.host.listen({ host: '127.0.0.1', port: 0 });
  let position = 0;

  onTestFinished(async () => {
    await flow.close();
    await Promise.all([store.close(), stats.close(), log.close()]);
  });

  const apply = async (records: StatsRecord[]) => {
    const from = position;
    position += records.length;
    await stats.apply({ source: 'events/0', from, next: position, records });
  };

  return {
    url,
    store,
    stats,
    apply,
    count: (...events: Event[]) => apply(events.map((event) => ({ kind: 'event', event }))),
  };
};

/** A sound event of a given moment; what is given comes on top. */
export const eventAt = (at: number | string, more: Partial<Event> = {}): Event => {
  const time = new Date(at).toISOString();
  return {
    ...{
      v: 1,
      id: newId(),
      type: 'pageview',
      site: 'shop',
      receivedAt: time,
      occurredAt: time,
      via: 'pixel',
    },
    page: { url: 'https://shop.example/', host: 'shop.example', path: '/' },
    properties: {},
    ...more,
  };
};
