import { join } from 'node:path';
import { openStore, type Site } from '@pushtech/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, getJson, postEvents, settled, startFlow } from './start-flow.ts';

const folder = dataFolder();
/** The owner's way in: another handle on the file, as another process has one. */
let store: Awaited<ReturnType<typeof openStore>>;
let flow: Awaited<ReturnType<typeof startFlow>>;

beforeAll(async () => {
  flow = await startFlow(folder.path, { TRUSTED_PROXIES: '127.0.0.1' });
  store = await openStore(`sqlite:${join(folder.path, 'store.db')}`);
}, 60_000);

afterAll(async () => {
  await flow.close();
  await store.close();
  folder.remove();
});

const site: Site = {
  id: 'shop.example',
  name: 'Shop',
  timeZone: 'UTC',
  origins: ['shop.example'],
  excludedAddresses: ['192.0.2.0/24', '2001:db8::/32'],
  excludedPaths: ['/admin*'],
  createdAt: 0,
};

let sent = 0;
const send = async (n: number, path: string, headers: Record<string, string>): Promise<void> => {
  const items = Array.from({ length: n }, () => ({ type: 'pageview', url: `https://shop.example${path}` }));
  const response = await postEvents(flow.url, items, '', headers);
  expect(response.status).toBe(202);
  sent += n;
};

const own = { referer: 'https://shop.example/start', 'x-forwarded-for': '198.51.100.7' };

const sendAll = async (): Promise<void> => {
  await send(7, '/', own);
  await send(5, '/', { ...own, referer: 'https://copy.example/' });
  await send(4, '/', { ...own, 'x-forwarded-for': '192.0.2.77' });
  await send(3, '/', { ...own, 'x-forwarded-for': '2001:db8:1::2' });
  await send(2, '/admin/orders', own);
  await fetch(`${flow.url}/t/pageview?url=https://shop.example/`, {
    headers: { referer: 'https://copy.example/' },
  });
  sent += 1;
};

it('drops what an owner leaves out within 3 s, and the ledger says how many for which reason', async () => {
  await sendAll();
  expect(await settled(flow.url, sent)).toMatchObject({ kept: 22, dropped: {} });
  await store.sites.insert(site);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await sendAll();
  const ledger = await settled(flow.url, sent);
  expect(ledger.dropped).toEqual({ origin: 6, address: 7, path: 2 });
  expect(ledger).toMatchObject({ received: 44, kept: 22 + 7, dead: 0, counted: 29 });
  const shown = `${flow.url}/stats/summary?from=2020-01-01&to=2100-01-01&bots=include`;
  expect((await getJson<{ events: number }>(shown)).events).toBe(29);
});

it('keeps all again within 3 s once the owner has taken the rules back', async () => {
  const before = await settled(flow.url, sent);
  await store.sites.update(site.id, (found) => ({
    ...found,
    origins: [],
    excludedAddresses: [],
    excludedPaths: [],
  }));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await sendAll();
  const after = await settled(flow.url, sent);
  expect(after.kept - before.kept).toBe(22);
  expect(after.dropped).toEqual(before.dropped);
});
