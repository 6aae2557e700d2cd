import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dimensions,
  eventsOn,
  expectedCounts,
  files,
  firstReplay,
  fixture,
  hoursOf,
  replay,
  replayEnv,
  summaryOf,
  topOf,
  visitorsByDayOf,
} from './replayed.ts';
import { dataFolder, type Running, spawnFlow } from './start-flow.ts';

const folder = dataFolder();
let flow: Running;
const expected = expectedCounts();

beforeAll(async () => {
  flow = await spawnFlow(folder.path, replayEnv);
}, 60_000);
afterAll(async () => {
  flow.child.kill('SIGTERM');
  await flow.ended;
  folder.remove();
});

describe('the replay of a real log', () => {
  it('keeps and counts every line but the malformed one, which it names', async () => {
    expect(await replay(flow, folder.path, files.log, '--map', files.map)).toMatchObject(firstReplay);
    expect(expected).toMatchObject({
      lines: 10_000,
      kept: 9999,
      addresses: 1753,
      malformed: [8899],
      located: 9172,
    });
  }, 60_000);

  it.each(dimensions)('counts by %s as an independent count does', async (name) => {
    expect(await topOf(flow.url, name)).toEqual(expected[name]);
  });

  it('counts by hour as an independent count does', async () => {
    expect(await hoursOf(flow.url)).toEqual({ ...expected.hour.counts });
  });

  it('counts visitors as an independent count does', async () => {
    const { visitors } = expected;
    expect(await summaryOf(flow.url)).toMatchObject({ events: 9999, visitors, visitorsExact: true });
    expect(await visitorsByDayOf(flow.url)).toEqual(expected.visitorsByDay);
  });

  it('gives 9,172 events a location on the log, and masks every address', async () => {
    const events = await eventsOn(`sqlite:${folder.path}/log.db`);
    expect(events.filter(({ place }) => place?.location)).toHaveLength(expected.located);
    for (const { ip } of events) expect(ip).toMatch(/^(\d+\.\d+\.\d+\.0|[0-9a-f:]+::)$/);
  });

  it('a second time changes nothing but the duplicates', async () => {
    const look = async () => [
      await hoursOf(flow.url),
      await topOf(flow.url, 'path'),
      await summaryOf(flow.url),
    ];
    const before = await look();
    const { ledger } = await replay(flow, folder.path, files.log, '--map', files.map);
    expect(ledger).toMatchObject({ received: 9999, kept: 9999, counted: 0, duplicates: 9999 });
    expect(await look()).toEqual(before);
  }, 60_000);

  it.each(['apache_edge_cases.log', 'nginx_edge_cases.log'])(
    'keeps or names every line of %s',
    async (name) => {
      const { lines, sent, malformed, ledger } = await replay(flow, folder.path, fixture(name));
      expect(sent + malformed.length).toBe(lines);
      expect(ledger.counted).toBe(sent);
      for (const { line, reason } of malformed) expect([line > 0, reason.length > 0]).toEqual([true, true]);
    },
  );
});
