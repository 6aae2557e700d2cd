import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFront } from './broken-front.ts';
import { hitOf, putIntoBuffer, writeCrashed } from './dead-letters.ts';
import { startFlowProcess, TOKEN } from './flow-process.ts';
import { hearTask } from './hear-task.ts';

interface Ledger {
  received: number;
  dead: number;
  counted: number;
  duplicates: number;
}

let flow: Awaited<ReturnType<typeof startFlowProcess>>;
beforeAll(async () => {
  flow = await startFlowProcess();
  await writeCrashed(flow.folder, [hitOf({}), hitOf({}), hitOf({}), hitOf({})]);
  await putIntoBuffer(flow.folder, [hitOf({ title: 7 })]);
  await ledgerWith(({ dead }) => dead === 5);
});
afterAll(() => flow?.close());

const run = (...args: string[]) =>
  hearTask(['dead:replay', '--url', flow.url, ...args], { API_TOKEN: TOKEN });

/** Waits until the ledger is as it should be. */
const ledgerWith = async (good: (ledger: Ledger) => boolean): Promise<Ledger> => {
  for (const deadline = Date.now() + 20_000; ; await sleep(100)) {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const ledger = (await (await fetch(`${flow.url}/stats/ledger`, { headers })).json()) as Ledger;
    if (good(ledger) || Date.now() > deadline) return ledger;
  }
};

describe('dead:replay', () => {
  test('only counts in a dry run', async () => {
    const { code, out } = await run('--reason', 'crash', '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('4 letters would be replayed.\n');
    expect(out).toContain('4  crash (place)\n  1  value_invalid (validate)');
    expect((await run('--limit', '3', '--dry-run')).out).toContain(
      '3 letters would be replayed, the newest of 5.',
    );
    expect(await ledgerWith(() => true)).toMatchObject({ received: 5, counted: 0 });
  });

  test('sends the newest ones back, as many as it is told to', async () => {
    const { code, out } = await run('--reason', 'crash', '--limit', '1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ letters: 1, sent: 1, unfit: 0 });
    expect(await ledgerWith(({ counted }) => counted === 1)).toMatchObject({
      received: 6,
      dead: 5,
      counted: 1,
    });
  });

  test('sends all back that the filter lets through, and leaves the others', async () => {
    const { code, out } = await run('--reason', 'crash');
    expect(out).toBe('4 letters: 4 hits went back, 0 letters hold none.\n');
    expect(code).toBe(0);
    const ledger = await ledgerWith(({ counted, duplicates }) => counted + duplicates === 5);
    expect(ledger).toMatchObject({ received: 10, dead: 5, counted: 4, duplicates: 1 });
  });

  test('sends nothing where no letter is meant', async () => {
    expect((await run('--type', 'nope')).out).toBe('0 letters: 0 hits went back, 0 letters hold none.\n');
    expect((await run('--to', '2020-01-01T00:00:00Z', '--limit', '5')).out).toContain('0 letters');
  });

  test('waits for its replay where another copy answers, which knows of none', async () => {
    let asked = 0;
    await using front = await startFront(flow.url, {
      answer: ({ method, url }, response) => {
        if (method !== 'GET' || url !== '/kafidx/dead/replays' || asked++ % 2 === 1) return false;
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"state":"none"}');
        return true;
      },
    });
    const args = ['dead:replay', '--url', `http://127.0.0.1:${front.port}`, '--reason', 'value_invalid'];
    const { out, code } = await hearTask(args, { API_TOKEN: TOKEN });
    expect(out).toContain('1 letters: ');
    expect(code).toBe(0);
    expect(asked).toBeGreaterThan(1);
  });

  test.each([
    ['without a token', {}, [], 1, 'scopes stream:read and dead:write'],
    ['with a time that is none', { API_TOKEN: TOKEN }, ['--from', 'soon'], 1, ': from'],
    ['with a limit that is none', {}, ['--limit', 'all'], 2, '--limit is a number'],
    ['with an address that is none', {}, ['--url', 'x'], 2, '--url is an address'],
  ])('ends with a sentence %s', async (_, env, args, code, sentence) => {
    const heard = await hearTask(['dead:replay', '--url', flow.url, ...args], env);
    expect(heard.said).toContain(sentence);
    expect(heard.out).toBe('');
    expect(heard.code).toBe(code);
  });

  test('says where nobody answers', async () => {
    const { port } = await (async () => {
      await using front = await startFront(flow.url);
      return front;
    })();
    const { said, code } = await hearTask(['dead:replay', '--url', `http://127.0.0.1:${port}`], {});
    expect(said).toContain(`http://127.0.0.1:${port}: ECONNREFUSED`);
    expect(code).toBe(1);
  });

  test('says where something else than kafidx answers', async () => {
    await using front = await startFront(flow.url, {
      answer: (_request, response) => Boolean(response.writeHead(404).end('<html>')),
    });
    const { said, code } = await hearTask(['dead:replay', '--url', `http://127.0.0.1:${front.port}`], {});
    expect(said).toContain('no kafidx answers at http://127.0.0.1');
    expect(code).toBe(1);
  });
});
