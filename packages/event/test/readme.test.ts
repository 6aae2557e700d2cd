import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const sources = readdirSync(new URL('../src', import.meta.url)).map((name) => read(`src/${name}`));

test('the README explains every code an item can be refused with, and no other', () => {
  const used = sources.flatMap((source) =>
    [...source.matchAll(/(?:\bproblem\(\s*|error: )'(\w+)'/g)].map(([, code]) => code),
  );
  const table = /## Why an item is refused\n(.*?)\n## /s.exec(`${read('README.md')}\n## `)?.[1] ?? '';
  const rows = table.split('\n').filter((row) => row.startsWith('| `'));
  const told = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, code]) => code),
  );
  expect(told.toSorted()).toEqual([...new Set(used)].toSorted());
});
