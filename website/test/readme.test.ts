import { readFileSync } from 'node:fs';
import { settingsTable } from '@pushtech/service';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { keptFor, readWebsiteSettings, websiteSettings } from '../src/config.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const rowsOf = (heading: string): string[][] => {
  const [, rest = ''] = readme.split(`\n## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
  );
};

it('lists its own settings as they are', async () => {
  const { commonSettings } = await import('@pushtech/service');
  const own = Object.entries(websiteSettings.shape).filter(
    ([key]) => key !== 'PORT' && !Object.hasOwn(commonSettings.shape, key),
  );
  const table = settingsTable(z.object(Object.fromEntries(own)));
  expect(rowsOf('Settings')).toEqual(table.map(({ key, fallback, meaning }) => [key, fallback, meaning]));
});

it.each([
  [{}, { logDays: 7, countersDays: 0 }],
  [
    { RETENTION_DAYS: '90', LOG_URL: 'sqlite:x.db?retentionMs=86400000' },
    { logDays: 1, countersDays: 90 },
  ],
  [{ LOG_URL: 'sqlite:x.db?retentionMs=0' }, { logDays: 0, countersDays: 0 }],
])('reads how long what is kept from %j', (env, kept) => {
  expect(keptFor(readWebsiteSettings(env))).toEqual(kept);
});
