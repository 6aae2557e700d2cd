import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'pushtech-engines-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const main = join(import.meta.dirname, '../src/engines/main.ts');

/** Commands of a machine, each a script that does as it is told. `which` knows exactly these. */
const machine = (commands: Record<string, string>): string => {
  const path = mkdtempSync(join(folder, 'bin-'));
  const write = (name: string, text: string) =>
    writeFileSync(join(path, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  write('which', `[ -x "${path}/$1" ]`);
  for (const [name, text] of Object.entries(commands)) write(name, text);
  return path;
};

const home = join(folder, 'home');
// What one test did is not remembered by the next.
beforeEach(() => rmSync(home, { recursive: true, force: true }));

const run = (path: string, args: string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { PATH: path, ENGINES_HOME: home, ENGINES_CACHE: join(folder, 'cache'), ...env },
  });

describe('where nothing can be installed', () => {
  test.each([
    ['redis', 'Redis needs redis-server, which is not here: install it (Debian: apt install redis-server'],
    ['kafka', 'Kafka needs java, which is not here: install it (Debian: apt install default-jre-headless'],
  ])('%s is refused in one sentence that says what to install', (engine, sentence) => {
    const { status, stderr, stdout } = run(machine({}), ['up', engine]);
    expect(stderr).toContain(`engines: ${sentence}`);
    expect(stderr).toContain('or start Docker.\n');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  test('the next try asks for Docker again', () => {
    run(machine({}), ['up', 'redis']);
    expect(run(machine({ docker: 'exit 0', env: 'exit 7' }), ['up', 'redis']).stderr).toMatch(
      /docker .* failed \(7\)/,
    );
  });

  test('a missing Maven is told once Java is there', () => {
    const { stderr } = run(machine({ java: 'exit 0' }), ['up', 'kafka']);
    expect(stderr).toContain('Kafka needs mvn');
  });
});

test.skipIf(process.getuid?.() !== 0)('on a Debian with root rights what is missing is installed', () => {
  const log = join(folder, 'apt.log');
  const path = machine({
    'apt-get': `echo "$*" >>${log}; case $1 in install) [ -f ${log}.updated ] || exit 100; exit 1;; update) : >${log}.updated;; esac`,
    env: 'shift; exec "$@"',
  });
  const { stderr, status } = run(path, ['up', 'redis']);
  expect(stderr).toContain('engines: installing redis-server\n');
  expect(stderr).toContain('apt-get install redis-server failed');
  expect(status).toBe(1);
});

describe('the way is', () => {
  const compose = 'case "$*" in *"ps -a"*) exit 0;; esac; exit 0';
  test.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    ['local where Docker does not answer', { docker: 'exit 1' }, {}, /needs redis-server/],
    ['local where Docker has no compose', { docker: '[ "$1" = info ]' }, {}, /needs redis-server/],
    ['local where Docker takes too long', { docker: 'exec /bin/sleep 20' }, {}, /needs redis-server/],
    ['local when it is asked for', { docker: compose }, { ENGINES: 'local' }, /needs redis-server/],
    ['Docker when it is asked for', {}, { ENGINES: 'docker' }, /docker compose .*failed/],
  ])('%s', (_, commands, env, sentence) => {
    const path = machine({
      ...commands,
      env: 'while case $1 in *=*) ;; *) false;; esac; do shift; done; exec "$@"',
    });
    expect(run(path, ['up', 'redis'], env).stderr).toMatch(sentence);
  });
});
