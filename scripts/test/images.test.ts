import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Commands } from '../src/commands.ts';
import { deployedServices } from '../src/deploy/services.ts';
import { sizeLine } from '../src/images/image-size.ts';
import { hearTask } from './hear-task.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

const run = (...args: string[]) => hearTask(args, { PATH: '/nowhere' });
const lines = (said: string): string[] => said.trimEnd().split('\n');

describe('images:build', () => {
  test('would build every service and the tasks, each from its folder', async () => {
    const { code, said, out } = await run('images:build', '--dry-run');
    expect(code).toBe(0);
    expect(out).toBe('');
    const expected = [...deployedServices, { name: 'scripts', folder: 'scripts' }].map(
      ({ name, folder }) =>
        `$ docker build --build-arg SERVICE=${folder} --build-arg VERSION=${version} -t pushtech/${name}:${version} .`,
    );
    expect(lines(said)).toEqual(expected);
  });

  test('would build those named, for a registry, for two kinds of machines', async () => {
    const flags = [
      '--prefix',
      'registry.example.org/shop',
      '--platform',
      'linux/amd64,linux/arm64',
      '--push',
    ];
    const { said } = await run('images:build', 'kafidx', ...flags, '--dry-run');
    expect(lines(said)).toEqual([
      '$ docker buildx build --platform linux/amd64,linux/arm64 --push --build-arg SERVICE=kafidx ' +
        `--build-arg VERSION=${version} -t registry.example.org/shop/kafidx:${version} .`,
    ]);
  });

  test('keeps an image of another platform on this machine', async () => {
    const { said } = await run('images:build', 'kafidx', '--platform', 'linux/arm64', '--dry-run');
    expect(said).toContain('--platform linux/arm64 --load ');
  });

  test('says that there is no docker', async () => {
    const { code, said } = await run('images:build', 'kafidx');
    expect(said).toContain('there is no program "docker" on this machine');
    expect(code).toBe(1);
  });

  test('says how large an image is, and how much of it are places', async () => {
    const read = async (words: readonly string[]): Promise<string> =>
      words.includes('history')
        ? '962309\tCOPY /sources /app # buildkit\n134417700\tCOPY /places /app/node_modules # buildkit\n0\tENV A=/places\n'
        : '410724680\n';
    const image = { name: 'tracker', folder: 'tracker', tag: 'pushtech/tracker:1' };
    const commands = { dryRun: false, run: async () => {}, read } as Commands;
    expect(await sizeLine(image, commands)).toBe('pushtech/tracker:1  411 MB, 134 MB of it places\n');
    const without = { ...commands, read: async () => '0\tCMD\n' } as Commands;
    expect(await sizeLine(image, without)).not.toContain('places');
  });
});

describe('images:push', () => {
  test('would send what images:build makes with the same prefix', async () => {
    const prefix = ['--prefix', 'registry.example.org/shop', '--dry-run'];
    const built = (await run('images:build', ...prefix)).said.match(/(?<=-t )\S+/g) ?? [];
    const { said, code } = await run('images:push', ...prefix);
    expect(code).toBe(0);
    expect(built).toHaveLength(6);
    expect(lines(said)).toEqual(built.map((tag) => `$ docker push ${tag}`));
  });
});

test.each([
  [['images:build', 'nope'], 'there is no image "nope"; there are tracker, enricher'],
  [['images:build', '--prefix', 'Shop/'], '--prefix is a registry'],
  [['images:build', '--platform', 'arm'], '--platform is linux/amd64'],
  [['images:build', '--platform', 'linux/amd64,linux/arm64'], '--push'],
  [['images:push'], '--prefix says which registry'],
])('%j ends with code 2 and a sentence', async (args, sentence) => {
  const { code, said } = await run(...args);
  expect(said).toContain(sentence);
  expect(code).toBe(2);
});
