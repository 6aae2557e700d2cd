import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { codes } from '../src/errors.ts';

test('lists in the README exactly the codes there are', async () => {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| +`([A-Z_]+)` +\| +(\w+) +\| +(.+?) +\|$/gm)].map((row) => row.slice(1));
  expect(rows).toEqual(Object.entries(codes).map(([code, [kind, when]]) => [code, kind, when]));
});
