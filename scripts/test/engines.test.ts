import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSettings } from '../src/engines/settings.ts';
import { hearEngines } from './hear-engines.ts';

const home = mkdtempSync(join(tmpdir(), 'pushtech-engines-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const hear = (args: string[], env: Record<string, string> = {}) =>
  hearEngines(args, { ENGINES: 'local', ENGINES_HOME: home, ...env });

describe('npm run engines', () => {
  test('tells what it can do', async () => {
    const { code, out } = await hear([]);
    expect(code).toBe(0);
    for (const word of 'up down stop start kill pause resume wipe env status logs'.split(' ')) {
      expect(out).toMatch(new RegExp(`\\b${word}\\b`));
    }
  });

  test.each([
    [['fly'], {}, 'there is no command "fly"'],
    [['up', 'rabbit'], {}, 'there is no engine "rabbit"; there are redis, kafka, mongo'],
    [['kill'], {}, 'name one of redis, kafka, mongo, kafka1, kafka2, kafka3'],
    [['kill', 'kafka4'], {}, ', not "kafka4"'],
    [['kill', 'redis', 'kafka'], {}, 'name one at a time'],
    [['wipe', 'redis'], {}, '"redis" means nothing here'],
    [['env'], { KAFKA_COUNT: '2' }, 'KAFKA_COUNT is 1 or 3, not "2"'],
    [['env'], { REDIS_PORT: '70000' }, 'REDIS_PORT is a port from 1 to 65000, not "70000"'],
    [['env'], { ENGINES: 'podman' }, 'ENGINES is docker or local, not "podman"'],
  ])('ends %j with %j with code 2 and a sentence', async (args, env, sentence) => {
    const { code, said, out } = await hear(args, env);
    expect(said).toContain(sentence);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('ends with code 1 when a broker is named that the cluster does not have', async () => {
    const { code, said } = await hear(['kill', 'kafka2']);
    expect(said).toBe('engines: There is no kafka2: KAFKA_COUNT is 1.\n');
    expect(code).toBe(1);
  });

  test('says that all is down where nothing was started', async () => {
    expect((await hear(['status'])).out).toBe('redis down\nkafka1 down\nmongo down\n');
    expect((await hear(['status'], { KAFKA_COUNT: '3' })).out).toContain('kafka3 down\n');
  });
});

describe('env', () => {
  const evaluated = (lines: string): string[] =>
    execFileSync('sh', ['-c', `${lines}\necho "$REDIS_URL|$KAFKA_BROKERS|$MONGODB_URL"`], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    })
      .trim()
      .split('|');

  test('prints lines that a shell takes, for the ports that are asked for', async () => {
    const { out } = await hear(['env'], {
      REDIS_PORT: '7001',
      KAFKA_PORT: '7002',
      KAFKA_COUNT: '3',
      MONGO_PORT: '7010',
    });
    expect(evaluated(out)).toEqual([
      'redis://127.0.0.1:7001',
      '127.0.0.1:7002,127.0.0.1:7003,127.0.0.1:7004',
      'mongodb://127.0.0.1:7010/?directConnection=true',
    ]);
  });

  test('prints only the engines that are named', async () => {
    const { out } = await hear(['env', 'redis']);
    expect(evaluated(out)).toEqual(['redis://127.0.0.1:6390', '', '']);
  });
});

test('an empty variable is the same as none', () => {
  const names = ['ENGINES', 'ENGINES_HOME', 'ENGINES_CACHE', 'REDIS_PORT', 'KAFKA_COUNT', 'KAFKA_VERSION'];
  expect(readSettings(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readSettings({}));
});
