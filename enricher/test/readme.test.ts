import { readFileSync } from 'node:fs';
import { settingsTable } from '@pushtech/service';
import { describe, expect, it } from 'vitest';
import { enricherSettings } from '../src/config.ts';
import { steps } from './through.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** Cells of the rows under a heading. */
const rowsOf = (heading: string): string[][] => {
  const [, rest = ''] = readme.split(`\n## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
};

describe('the README', () => {
  it('lists the steps in their order', () => {
    expect(rowsOf('The steps').map(([name]) => name)).toEqual(steps().map(({ name }) => name));
  });

  it('lists the settings as they are', () => {
    const all = settingsTable(enricherSettings).map(({ key, fallback, meaning }) => [key, fallback, meaning]);
    for (const row of rowsOf('Settings')) expect(all).toContainEqual(row);
    expect(rowsOf('Settings')).toHaveLength(3);
  });
});
