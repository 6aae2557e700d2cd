import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tasks } from '../src/run-task.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');
const sources = ['replay', 'tail'].flatMap((folder) =>
  readdirSync(new URL(`../src/${folder}`, import.meta.url)).map((name) => read(`src/${folder}/${name}`)),
);
const engineKinds = /const kinds = \{([^}]*)\}/.exec(read('src/engines/engine-error.ts'))?.[1] ?? '';

test('the README explains every error code with its kind, and no other', () => {
  const used = sources.flatMap((source) =>
    [...source.matchAll(/PushtechError\(\s*'(\w+)',\s*'(\w+)'/g)].map(([, code, kind]) => `${code} ${kind}`),
  );
  const ofEngines = [...engineKinds.matchAll(/(\w+): '(\w+)'/g)].map(([, code, kind]) => `${code} ${kind}`);
  expect(ofEngines.length).toBeGreaterThan(3);
  const told = [...readme.matchAll(/^\| `(\w+)` +\| (\w+) +\|/gm)].map(([, code, kind]) => `${code} ${kind}`);
  expect(told.toSorted()).toEqual([...new Set(used), ...ofEngines].toSorted());
});

test('the README explains every reason for which a line is malformed', () => {
  const flaws = /export type Flaw =([^;]*);/.exec(read('src/replay/parse-line.ts'))?.[1] ?? '';
  const reasons = [...flaws.matchAll(/'(\w+)'/g)].map(([, flaw]) => flaw);
  expect(reasons.length).toBeGreaterThan(5);
  for (const reason of [...reasons, 'too_long', 'damaged'])
    expect(readme).toMatch(new RegExp(`^\\| .*\`${reason}\``, 'm'));
});

test('the README has a section for every task, and a row for every flag of replay', () => {
  for (const { name, usage } of tasks) {
    expect(readme).toContain(`\n## ${name}\n`);
    for (const [flag] of usage.matchAll(/--[a-z-]+/g)) expect(readme).toContain(flag);
  }
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
