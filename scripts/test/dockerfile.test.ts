import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deployedServices, taskImage } from '../src/deploy/services.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

interface Instruction {
  name: string;
  words: string;
}

/** Lines that end in `\` go on; comments and empty lines go. */
const instructions = (text: string): Instruction[] =>
  text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => {
      const [, name = '', words = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
      return { name: name.toUpperCase(), words };
    });

/** What is wrong with a Dockerfile, each as a sentence with its instruction. */
const problems = (text: string): string[] => {
  const all = instructions(text);
  const last = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
  const of = (name: string, among = all) => among.filter((one) => one.name === name);
  const said: string[] = [];
  if (of('FROM').length < 2) said.push('FROM stands once: what only the build needs would be in the image');
  for (const { words } of of('ADD')) said.push(`ADD ${words}: COPY says what it does`);
  for (const { words } of of('FROM')) {
    if (/:latest\b/.test(words) || !/[:$@]/.test(words)) said.push(`FROM ${words} has no fixed version`);
  }
  const user = of('USER', last).at(-1)?.words ?? 'missing';
  if (!/^[1-9]\d*:[1-9]\d*$/.test(user)) said.push(`USER is ${user}, no number but root’s`);
  for (const name of ['CMD', 'ENTRYPOINT']) {
    for (const { words } of of(name, last)) {
      if (!words.startsWith('["node"'))
        said.push(`${name} ${words}: must be ["node", …], with no shell or npm before it`);
    }
  }
  if (of('CMD', last).length !== 1) said.push('CMD stands in the last stage not once');
  if (of('HEALTHCHECK').length > 0) said.push('HEALTHCHECK: Compose and Kubernetes ask, each in its own way');
  for (const { words } of of('RUN')) {
    if (/\bnpm (ci|i|install)\b/.test(words) && !/npm ci --omit=dev --ignore-scripts/.test(words)) {
      said.push('RUN npm installs without "npm ci --omit=dev --ignore-scripts"');
    }
    if (/\b(curl|wget)\b/.test(words)) said.push('RUN fetches something that no lock file knows');
  }
  for (const { name, words } of [...of('ENV'), ...of('ARG')]) {
    if (/(PASSWORD|SECRET|TOKEN)/.test(words)) said.push(`${name} ${words} would keep a secret in the image`);
  }
  return said;
};

test('the Dockerfile builds in stages, and ends in an image that runs Node itself, as nobody special', () => {
  expect(problems(read('Dockerfile'))).toEqual([]);
});

test('each rule about Dockerfiles bites', () => {
  expect(problems(read('scripts/test/fixtures/bad.Dockerfile'))).toEqual([
    'FROM stands once: what only the build needs would be in the image',
    'ADD https://example.org/a.tar.gz /a: COPY says what it does',
    'FROM node has no fixed version',
    'USER is node, no number but root’s',
    'CMD npm start: must be ["node", …], with no shell or npm before it',
    'HEALTHCHECK: Compose and Kubernetes ask, each in its own way',
    'RUN npm installs without "npm ci --omit=dev --ignore-scripts"',
    'RUN fetches something that no lock file knows',
    'ENV ADMIN_PASSWORD=default would keep a secret in the image',
  ]);
});

/** `.dockerignore` is read much like `.gitignore`: git itself tells what these lines leave out. */
const ignored = (paths: readonly string[]): string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-ignore-'));
  try {
    spawnSync('git', ['init', '-q', folder]);
    writeFileSync(join(folder, '.gitignore'), read('.dockerignore').replaceAll(/^(?!\*\*|#|!|$)/gm, '/'));
    const { stdout } = spawnSync('git', ['-C', folder, 'check-ignore', '--stdin', '--no-index'], {
      input: paths.join('\n'),
      encoding: 'utf8',
    });
    return stdout.split('\n').filter(Boolean);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

test('no secret, no history and no installed package gets into the build', () => {
  const never = [
    '.env',
    'docker-compose/.env',
    'tracker/.env.local',
    'sub/.git',
    'node_modules/a',
    'tracker/node_modules/a',
    'data/store.db',
  ];
  const always = [
    'package.json',
    'package-lock.json',
    'tracker/src/main.ts',
    'packages/flow/data/example.json.gz',
    'scripts/src/main.ts',
  ];
  expect(ignored([...never, ...always])).toEqual(never);
});

test('every image has a workspace with something to start', () => {
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
  for (const { name, folder } of [...deployedServices, taskImage]) {
    expect([name, existsSync(new URL(`${folder}/src/main.ts`, root))]).toEqual([name, true]);
    expect(workspaces.some((one) => one === folder || one === `${folder.split('/')[0]}/*`)).toBe(true);
    expect(JSON.parse(read(`${folder}/package.json`)).name).toBe(`@pushtech/${name}`);
  }
});
