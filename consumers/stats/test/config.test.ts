import { readFileSync } from 'node:fs';
import { commonSettings, settingsTable } from '@pushtech/service';
import { expect, it } from 'vitest';
import { readStatsSettings, statsSettings } from '../src/config.ts';

it('reads lists and numbers, and refuses what makes no sense, all of it at once', () => {
  const settings = readStatsSettings({ STATS_PROPERTIES: 'status, method,', RETENTION_DAYS: '30' });
  expect(settings).toMatchObject({ STATS_PROPERTIES: ['status', 'method'], RETENTION_DAYS: 30, PORT: 8083 });
  expect(() => readStatsSettings({ RETENTION_DAYS: '-1', DUPLICATE_WINDOW_DAYS: 'x' })).toThrow(
    /RETENTION_DAYS[\s\S]*DUPLICATE_WINDOW_DAYS/,
  );
});

it('has every setting of its own in the README, with default and meaning', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ');
  const common = new Set(Object.keys(commonSettings.shape));
  for (const { key, fallback, meaning } of settingsTable(statsSettings)) {
    if (common.has(key) && key !== 'PORT') continue;
    expect(readme).toContain(`| \`${key}\` | ${fallback === '' ? '' : `\`${fallback}\` `}| ${meaning} |`);
  }
});
