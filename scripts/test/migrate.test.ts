import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@pushtech/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { hearTask } from './hear-task.ts';

const folder = mkdtempSync(join(tmpdir(), 'pushtech-migrate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const SECRET_KEY = 'a key of more than thirty-two characters';

describe('topics and migrate', () => {
  test.each([
    [['topics', 'events'], 'takes no arguments but its flags'],
    [['topics', '--timeout', 'soon'], '--timeout is a number of seconds'],
    [['migrate', '--timeout', '-1'], "'--timeout' argument is ambiguous"],
    [['backup', '--keep', 'long'], '--keep is a number of days'],
    [['backup', 'here'], 'takes no arguments but its flags'],
    [['restore'], 'name one folder of a backup'],
    [['restore', 'x', '--only', 'key'], '--only takes some of store,stats,buffer,log'],
  ])('end %j with code 2 and a sentence', async (args, sentence) => {
    const { code, said } = await hearTask(args, { DATA_DIR: folder });
    expect(said).toContain(sentence);
    expect(code).toBe(2);
  });

  test('all settings that make no sense are named at once', async () => {
    const { code, said } = await hearTask(['migrate'], { LOG_URL: 'kafka://x', SECRET_KEY: 'short' });
    expect(code).toBe(1);
    expect(said).toContain('SECRET_KEY must have at least 32 characters');
  });

  test('on the embedded engines there are no topics to make, and migrate makes the tables', async () => {
    const env = { DATA_DIR: join(folder, 'data'), HOST: '0.0.0.0' };
    expect(await hearTask(['topics'], env)).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing to make'),
    });
    expect((await hearTask(['migrate', '--dry-run'], env)).out).toMatch(
      /stats {2}\S+: no tables yet; would do:/,
    );
    expect(() => readdirSync(env.DATA_DIR)).toThrow();
    expect(await hearTask(['migrate'], env)).toMatchObject({ code: 0 });
    expect(readdirSync(env.DATA_DIR).toSorted()).toEqual(['buffer.db', 'log.db', 'stats.db', 'store.db']);
  });

  test('an engine that is not there is waited for, so long and no longer, and no password is shown', async () => {
    const port = await freePort();
    const env = {
      ...{ DATA_DIR: join(folder, 'away'), SECRET_KEY, STATS_URL: `redis://:geheim@127.0.0.1:${port}` },
      ...{ LOG_URL: `kafka://127.0.0.1:${port}`, STORE_URL: `mongodb://u:geheim@127.0.0.1:${port}` },
    };
    for (const [task, word] of [
      ['topics', /Kafka/],
      ['migrate', /MongoDB/],
    ] as const) {
      const begun = performance.now();
      const { code, said } = await hearTask([task, '--timeout', '5'], env);
      expect(code).toBe(1);
      expect(said).toMatch(/trying again for up to 5 s/);
      expect(said).toMatch(word);
      expect(said).not.toContain('geheim');
      expect(performance.now() - begun).toBeGreaterThan(4000);
      expect(performance.now() - begun).toBeLessThan(20_000);
    }
  }, 60_000);
});
