import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runComposeTests } from '../src/test-run/run-compose-tests.ts';
import { hearTask } from './hear-task.ts';

const folder = mkdtempSync(join(tmpdir(), 'pushtech-compose-tasks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const envFile = join(folder, 'env');
writeFileSync(envFile, 'FRONT_PORT=8123\nDOMAIN=example.org\nGRAFANA_PORT=3001\n');

/** Stands for Docker: writes down what it was asked, and ends as it is told. */
const written = join(folder, 'asked');
const docker = join(folder, 'docker');
writeFileSync(docker, `#!/bin/sh\necho "$*" >>${written}\necho "from docker"\nexit \${DOCKER_CODE:-0}\n`);
chmodSync(docker, 0o755);

const asked = (): string => readFileSync(written, 'utf8').replaceAll(/\S*\/docker-compose\//g, '');
const run = (args: string[], more: Record<string, string> = {}) => {
  writeFileSync(written, '');
  return hearTask(args, { PATH: `${folder}:/usr/bin:/bin`, ...more });
};

describe('compose:up', () => {
  test('builds, starts and waits, with the overlays that were chosen, and says where to look', async () => {
    const { code, out } = await run(['compose:up', '--production', '--observability', '--env-file', envFile]);
    expect(code).toBe(0);
    expect(asked()).toBe(
      `compose --env-file ${envFile} --file compose.yaml --file compose.production.yaml ` +
        '--file compose.observability.yaml up --detach --build --wait --wait-timeout 600\n',
    );
    expect(out).toContain('https://www.example.org/ ');
    expect(out).toContain('http://localhost:3001 ');
  });

  test('only shows the command with --dry-run', async () => {
    const { code, said } = await run([
      'compose:up',
      '--dev',
      '--no-build',
      '--dry-run',
      '--env-file',
      envFile,
    ]);
    expect([code, asked()]).toEqual([0, '']);
    expect(said).toMatch(/^\$ docker compose .*compose\.dev\.yaml up --detach --wait /);
  });

  test('refuses what cannot go together', async () => {
    expect((await run(['compose:up', '--dev', '--production', '--env-file', envFile])).code).toBe(2);
  });

  test('fails with what Docker said, and with what to do when there is no file of settings', async () => {
    expect(await run(['compose:up', '--env-file', envFile], { DOCKER_CODE: '3' })).toMatchObject({
      code: 1,
      said: expect.stringContaining('from docker'),
    });
    expect(await run(['compose:up', '--env-file', join(folder, 'none')])).toMatchObject({
      code: 1,
      said: expect.stringContaining('dotenv:generate'),
    });
  });
});

describe('compose:down', () => {
  test('keeps the volumes, unless all is to go', async () => {
    expect((await run(['compose:down'])).code).toBe(0);
    expect(asked()).toBe('compose --project-name pushtech down --remove-orphans\n');
    await run(['compose:down', '--all', '--project', 'other']);
    expect(asked()).toBe('compose --project-name other down --remove-orphans --volumes\n');
  });
});

describe('compose:logs and compose:open', () => {
  test('show what was written, and where to look', async () => {
    expect(await run(['compose:logs', 'tracker', '-f'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('from docker\n'),
    });
    expect(asked()).toBe('compose --project-name pushtech logs --tail 200 --follow tracker\n');
    const { out } = await run(['compose:open', '--env-file', envFile]);
    expect(out).toContain('http://localhost:8123/kafidx ');
    expect(asked()).toBe('');
  });
});

describe('test:compose', () => {
  const runTests = async (args: string[], env: Record<string, string>) => {
    const said: string[] = [];
    const runs: [readonly string[], Readonly<Record<string, string | undefined>>][] = [];
    const io = { env, say: (text: string) => void said.push(text) };
    const code = await runComposeTests(args, io, async (...given) => {
      runs.push(given);
      return 7;
    });
    return { code, said: said.join(''), runs };
  };

  test('says loudly what it did not test where no Docker answers, and fails where it must be there', async () => {
    const none = { PATH: join(folder, 'none') };
    expect(await runTests([], none)).toMatchObject({
      code: 0,
      said: expect.stringContaining('NOT TESTED'),
      runs: [],
    });
    expect((await runTests([], { ...none, REQUIRE_DEPLOY: '1' })).code).toBe(1);
  });

  test('hands --full and --seed to the tests, and the rest to Vitest', async () => {
    const { code, runs } = await runTests(['--full', '--seed=5', '--reporter=json'], {
      PATH: `${folder}:/bin`,
    });
    expect(code).toBe(7);
    expect(runs).toEqual([
      [
        ['--config', 'vitest.compose.config.ts', '--reporter=json'],
        expect.objectContaining({ DEPLOY_FULL: '1', DEPLOY_SEED: '5' }),
      ],
    ]);
  });
});
