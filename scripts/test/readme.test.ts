import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codes as backupCodes } from '../src/backup/backup-error.ts';
import { tasks } from '../src/run-task.ts';
import { taskGroups } from '../src/task.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');
const sources = globSync('**/*.ts', { cwd: new URL('../src', import.meta.url) }).map((path) =>
  read(`src/${path}`),
);
const engineKinds = /const kinds = \{([^}]*)\}/.exec(read('src/engines/engine-error.ts'))?.[1] ?? '';

test('the README explains every error code with its kind, and no other', () => {
  const used = sources.flatMap((source) =>
    [...source.matchAll(/PushtechError\(\s*'(\w+)',\s*'(\w+)'/g)].map(([, code, kind]) => `${code} ${kind}`),
  );
  const ofEngines = [...engineKinds.matchAll(/(\w+): '(\w+)'/g)].map(([, code, kind]) => `${code} ${kind}`);
  expect(ofEngines.length).toBeGreaterThan(3);
  const ofBackup = Object.entries(backupCodes).map(([code, [kind]]) => `${code} ${kind}`);
  const ofDotenv = [...read('src/deploy/dotenv-file.ts').matchAll(/fail\(\s*'(\w+)'/g)].map(
    ([, code]) => `${code} fatal`,
  );
  const told = [...readme.matchAll(/^\| `([A-Z]\w+)` +\| (\w+) +\|/gm)].map(
    ([, code, kind]) => `${code} ${kind}`,
  );
  expect(told.toSorted()).toEqual([...new Set([...used, ...ofEngines, ...ofBackup, ...ofDotenv])].toSorted());
});

test('the README explains every reason for which a line is malformed', () => {
  const flaws = /export type Flaw =([^;]*);/.exec(read('src/replay/parse-line.ts'))?.[1] ?? '';
  const reasons = [...flaws.matchAll(/'(\w+)'/g)].map(([, flaw]) => flaw);
  expect(reasons.length).toBeGreaterThan(5);
  for (const reason of [...reasons, 'too_long', 'damaged'])
    expect(readme).toMatch(new RegExp(`^\\| .*\`${reason}\``, 'm'));
});

test('the README lists every task under its heading, as `npm run tasks` does', () => {
  const [first = ''] = readme.split('\nExit codes');
  const listed = [...first.matchAll(/^\| `([a-z\d:]+)` \| ([^|]+?) \|$/gm)].map(
    ([, name, line]) => `${name} ${line}`,
  );
  const own = taskGroups.flatMap((group) => tasks.filter((task) => task.group === group));
  expect(listed).toEqual(own.map(({ name, line }) => `${name} ${line}`));
  expect([...readme.matchAll(/^\| \*\*(.+)\*\* \| \|$/gm)].map(([, group]) => group)).toEqual(
    taskGroups.filter((group) => tasks.some((task) => task.group === group)),
  );
});

test('the README has a row for every flag of replay', () => {
  const usage = tasks.find(({ name }) => name === 'replay')?.usage ?? '';
  const flags = usage.match(/--[a-z-]+/g) ?? [];
  expect(flags.length).toBeGreaterThan(5);
  for (const flag of flags) expect(readme).toContain(`| \`${flag}`);
});

test('the README explains every setting of the engines with its default', () => {
  const settings = read('src/engines/settings.ts');
  const names = new Set([...settings.matchAll(/env(?:\.|, ')([A-Z_]+)/g)].map(([, name]) => name));
  expect(names.size).toBeGreaterThan(7);
  for (const name of names) expect(readme).toContain(`\`${name}\``);
  for (const port of settings.matchAll(/'([A-Z]+_PORT)', ([\d_]+)/g)) {
    expect(readme).toContain(`\`${port[1]}\` ${port[2]?.replace('_', '')}`);
  }
});
