import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Engines } from '../src/engines/create-engines.ts';
import type { EngineName, Status } from '../src/engines/engine.ts';
import { engineFiles } from '../src/test-run/engine-files.ts';
import { readFaultArgs } from '../src/test-run/fault-args.ts';
import { bringUpMissing } from '../src/test-run/own-engines.ts';
import { root } from '../src/test-run/run-vitest.ts';

describe('npm run test:faults', () => {
  test.each([
    [[], {}, []],
    [['--full'], { FAULTS_FULL: '1' }, []],
    [['--seed=17'], { FAULTS_SEED: '17' }, []],
    [['--seed', '17', '--full', 'killed'], { FAULTS_SEED: '17', FAULTS_FULL: '1' }, ['killed']],
    [['--reporter=json', '--full'], { FAULTS_FULL: '1' }, ['--reporter=json']],
  ])('reads %j', (args, env, rest) => {
    expect(readFaultArgs(args)).toEqual({ env, rest });
  });

  test.each([[['--seed=x']], [['--seed']], [['--seed=']]])('refuses %j', (args) => {
    expect(() => readFaultArgs(args)).toThrow('--seed is a number');
  });
});

describe('npm run test:engines', () => {
  test('finds each contract, and tests elsewhere that need an engine', () => {
    const files = engineFiles(root);
    expect(files).toContain('packages/buffer/test/engines/sqlite.test.ts');
    expect(files).toContain('packages/log/test/engines/kafka.test.ts');
    expect(files).toContain('packages/testing/test/answering.test.ts');
    expect(files).not.toContain('tracker/test/pixel.test.ts');
    for (const file of files) expect(existsSync(join(root, file))).toBe(true);
  });

  /** Engines that only write down what they are asked. */
  const recorded = (states: Partial<Record<string, Status['state']>>, error?: Error) => {
    const asked: string[] = [];
    const note = (act: string) => async (names?: readonly EngineName[]) => {
      asked.push(`${act} ${names?.join(' ')}`);
      if (act === 'up' && error) throw error;
    };
    const engines = {
      urls: { redis: 'redis://own', kafka: 'own:1', mongo: 'mongodb://own' },
      up: note('up'),
      down: note('down'),
      status: async () =>
        (['redis', 'kafka1', 'mongo'] as const).map((name) => ({
          name,
          state: states[name] ?? 'down',
          id: '',
        })),
    } as unknown as Engines;
    return { asked, engines };
  };

  test('uses engines that are named, brings up the others and takes down only those', async () => {
    const { asked, engines } = recorded({ mongo: 'up' });
    const { env, takeDown } = await bringUpMissing(engines, { REDIS_URL: 'redis://named' });
    expect(env).toMatchObject({
      REDIS_URL: 'redis://named',
      KAFKA_BROKERS: 'own:1',
      MONGODB_URL: 'mongodb://own',
    });
    await takeDown();
    expect(asked).toEqual(['up kafka mongo', 'down kafka']);
  });

  test('fails when one cannot be had, and leaves nothing running', async () => {
    const { asked, engines } = recorded({}, new Error('no java'));
    await expect(bringUpMissing(engines, {})).rejects.toThrow('no java');
    expect(asked).toEqual(['up redis kafka mongo', 'down redis kafka mongo']);
  });
});
