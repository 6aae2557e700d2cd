import { newId, topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import {
  checkAccess,
  everyLook,
  foreignTexts,
  keyboardReaches,
  openBrowser,
  shoot,
  visit,
} from '@pushtech/testing/browser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hitOf, putIntoBuffer } from './kafidx-letters.ts';
import { dataFolder, getJson, postEvents, settled, startFlow } from './start-flow.ts';

const browser = openBrowser();
const folder = dataFolder();
let flow: Awaited<ReturnType<typeof startFlow>>;

interface Part {
  part: string;
  state: string;
  outcome?: string;
  at?: string;
  afterMs?: number;
  notes: { code: string; text: string }[];
}
interface Trace {
  verdict: string;
  parts: Part[];
  duplicates: number;
  redeliveries: number;
  records: { topic: string; record: { id?: string } }[];
  looked: { topic: string; since: string; complete: boolean }[];
}

const trace = (id: string) => getJson<Trace>(`${flow.url}/kafidx/trace/${id}`);
const states = ({ parts }: Trace) => Object.fromEntries(parts.map(({ part, state }) => [part, state]));
const codes = ({ parts }: Trace, name: string) =>
  parts.find(({ part }) => part === name)?.notes.map(({ code }) => code);

let received = 0;
const send = async (item: object): Promise<string> => {
  const answer = await postEvents(flow.url, [{ type: 'pageview', site: 'shop.example', ...item }]);
  const { results } = (await answer.json()) as { results: { id: string }[] };
  received += 1;
  return results[0]?.id as string;
};

beforeAll(async () => {
  flow = await startFlow(folder.path, { SITES: 'shop.example' });
});
afterAll(async () => {
  await flow.close();
  folder.remove();
});

it('follows a kept event through all parts, with the times between them', async () => {
  const id = await send({ properties: { plan: 'pro' } });
  await settled(flow.url, received);
  const found = await trace(id.toUpperCase());
  expect(found).toMatchObject({ verdict: 'counted', duplicates: 0, redeliveries: 0 });
  expect(states(found)).toEqual({
    received: 'known',
    enriched: 'known',
    kept: 'known',
    counted: 'known',
    acted: 'not built',
  });
  expect(found.parts[1]?.afterMs).toBeGreaterThanOrEqual(0);
  expect(codes(found, 'received')).toEqual(['receivedAt', 'buffered']);
  expect(found.records).toMatchObject([{ topic: topics.events, record: { id } }]);
});

it('tells a duplicate from a redelivery', async () => {
  const id = await send({ id: newId() });
  await send({ id });
  await settled(flow.url, received);
  expect(await trace(id)).toMatchObject({ verdict: 'counted', duplicates: 1, redeliveries: 0 });
  expect(codes(await trace(id), 'counted')).toContain('duplicates');

  // The same entry worked on again, as after a crash between append and acknowledgement.
  const log = await openLog(`sqlite:${folder.path}/log.db`);
  const { records } = await log.find(topics.events, id);
  const [{ key, value, headers }] = records as [(typeof records)[0]];
  await log.append([{ topic: topics.events, key, value, ...(headers && { headers }) }]);
  await log.close();
  expect(await trace(id)).toMatchObject({ duplicates: 1, redeliveries: 1 });
});

it('says why one was dropped, and that it was not counted', async () => {
  const id = await send({ site: 'stranger.example' });
  await settled(flow.url, received);
  const found = await trace(id);
  expect(found).toMatchObject({ verdict: 'dropped', records: [{ topic: topics.dropped }] });
  expect(found.parts.find(({ part }) => part === 'kept')?.notes[0]?.text).toContain('reason “site”');
  expect(codes(found, 'counted')).toEqual(['neverCounted']);
});

it('leads from a dead event to its letter', async () => {
  const hit = hitOf({ title: 7 });
  await putIntoBuffer(folder.path, [JSON.stringify(hit)]);
  received += 1;
  await settled(flow.url, received);
  const found = await trace(hit.id);
  expect(found.verdict).toBe('dead');
  expect(found.parts.find(({ part }) => part === 'enriched')?.notes[0]?.text).toContain('validate');
  const page = await visit(browser, `${flow.url}/kafidx/trace/${hit.id}`);
  await page.getByRole('link', { name: 'mend it' }).click();
  await page.waitForSelector('#mend');
});

it('does not know an id that never came, and says where and how far back it looked', async () => {
  const found = await trace(newId());
  expect(found.verdict).toBe('unknown');
  expect(states(found)).toMatchObject({ received: 'unknown', kept: 'unknown', counted: 'unknown' });
  expect(found.looked.map(({ topic }) => topic)).toEqual([topics.events, topics.dead, topics.dropped]);
  expect(found.looked.every(({ complete }) => complete)).toBe(true);
});

it('cannot tell of an id that is older than the log', async () => {
  const found = await trace('01700000-0000-7000-8000-000000000000');
  expect(found.verdict).toBe('expired');
  expect(states(found)).toMatchObject({ received: 'expired', enriched: 'expired', kept: 'expired' });
  // An id without a time may be of any age: nobody knows.
  expect((await trace('3f2a4b1c-9d8e-4f70-8a1b-2c3d4e5f6071')).verdict).toBe('unknown');
});

it('refuses what is no id', async () => {
  expect((await fetch(`${flow.url}/kafidx/trace/7`)).status).toBe(400);
  expect((await fetch(`${flow.url}/kafidx/trace?id=%3Cscript%3E`)).status).toBe(400);
});

it('shows one on a screen that everybody can read and work, in words of the language files', async () => {
  const text = '</pre><script>globalThis.hacked=1</script>\u202e';
  const id = await send({ title: text, url: `https://shop.example/${text}`, properties: { [text]: text } });
  await settled(flow.url, received);
  const page = await visit(browser, `${flow.url}/kafidx/trace`);
  await page.locator('input[name=id]').fill(` ${id}`);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#verdict[data-verdict="counted"]');
  expect(page.url()).toBe(`${flow.url}/kafidx/trace/${id}`);
  expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
  expect(await page.locator('pre').textContent()).toContain('\\u202e');
  expect(await page.locator('pre *').count()).toBe(0);
  await everyLook(page, async ({ name }) => {
    await checkAccess(page);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await shoot(page, `kafidx-trace-${name}`);
  });
  await keyboardReaches(page, ['pre']);
  const other = await visit(browser, `${flow.url}/kafidx/trace/${id}`, { lang: 'xx' });
  expect(await foreignTexts(other)).toEqual([]);
  await other.goto(`${flow.url}/kafidx/trace/${newId()}`);
  expect(await foreignTexts(other)).toEqual([]);
}, 90_000);
