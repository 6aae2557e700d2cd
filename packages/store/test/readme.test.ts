import { readCodeTable } from '@pushtech/sqlite/testing';
import { expect, test } from 'vitest';
import { codes } from '../src/errors.ts';

test('lists in the README exactly the codes there are', async () => {
  const rows = await readCodeTable(new URL('../README.md', import.meta.url));
  expect(rows).toEqual(Object.entries(codes).map(([code, [kind, when]]) => [code, kind, when]));
});
