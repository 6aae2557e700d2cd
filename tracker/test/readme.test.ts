import { readFileSync } from 'node:fs';
import { settingsTable } from '@pushtech/service';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ownTrackerSettings } from '../src/config.ts';
import { codes } from '../src/errors.ts';
import { type Started, startTracker } from './start-tracker.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** Cells of the rows under a heading. */
const rowsOf = (heading: string): string[][] => {
  const [, rest = ''] = readme.split(`\n## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
};
const plain = (rows: string[][]) => rows.map((row) => row.map((cell) => cell.replace(/^`(.*)`$/, '$1')));

it('lists in the README exactly the codes there are', () => {
  expect(plain(rowsOf('Codes'))).toEqual(
    Object.entries(codes).map(([code, [kind, when]]) => [code, kind, when]),
  );
});

it('lists its own settings as they are', () => {
  const all = settingsTable(z.object(ownTrackerSettings));
  expect(plain(rowsOf('Settings'))).toEqual(
    all.map(({ key, fallback, meaning }) => [key, fallback, meaning]),
  );
});

it('names every metric it has, and none besides', async () => {
  const tracker: Started = await startTracker();
  const text = await (await fetch(`${tracker.url}/metrics`)).text();
  await tracker.close();
  const real = [...text.matchAll(/^# TYPE (pushtech_tracker_\w+)/gm)].map(([, name]) => name);
  const told = rowsOf('Metrics').flatMap(([cell = '']) => {
    const names = [...cell.matchAll(/`([…\w]+)/g)].map(([, name]) => name as string);
    // `…_rest` goes on where the row's first name has its last part.
    const stem = (names[0] as string).replace(/_(received_total|bytes)$/, '');
    return names.map((name) => name.replace('…', stem));
  });
  expect(told.sort()).toEqual(real.sort());
});
