import { readFileSync, writeFileSync } from 'node:fs';
import { settingsTable } from '@pushtech/service';
import { expect, it } from 'vitest';
import { flowSettings } from '../src/config.ts';

const root = new URL('../../../', import.meta.url);
const rows = settingsTable(flowSettings);

const example = `# Every setting with its default. Copy to .env and change what you need: node --env-file=.env …
${rows.map(({ key, fallback, meaning }) => `\n# ${meaning}\n${key}=${fallback}\n`).join('')}`;

const table = `| setting | default | meaning |
|---|---|---|
${rows.map(({ key, fallback, meaning }) => `| \`${key}\` | ${fallback && `\`${fallback}\``} | ${meaning} |`).join('\n')}`;

const inReadme = (text: string) =>
  text.replace(/(<!-- settings -->\n)[\s\S]*(<!-- \/settings -->)/, `$1${table}\n$2`);

/** `UPDATE_DOCS=1 npm test -- settings-docs` writes both from the code. */
it('the README’s table and .env.example say what the code says', () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  if (process.env.UPDATE_DOCS) {
    writeFileSync(new URL('README.md', root), inReadme(readme));
    writeFileSync(new URL('.env.example', root), example);
    return;
  }
  expect(inReadme(readme)).toBe(readme);
  expect(readFileSync(new URL('.env.example', root), 'utf8')).toBe(example);
});
