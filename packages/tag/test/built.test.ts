import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { bundleTag } from '../build.ts';
import { tagScript } from '../src/built.ts';

const MOST_BYTES = 4000;
const file = readFileSync(new URL('../built/t.js', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('built/t.js is what the sources give: after a change, run packages/tag/build.ts', async () => {
  expect(await bundleTag()).toBe(file);
});

it('the script is at most 4 kB packed, and the README says how large', () => {
  const bytes = gzipSync(file, { level: 9 }).length;
  console.log(`t.js: ${bytes} bytes (gzip -9), ${file.length} unpacked`);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  expect(readme).toContain(`${bytes.toLocaleString('en')} bytes`);
});

it('the script is plain ASCII that every page can hold, whatever its charset', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is what is meant
  expect(file).toMatch(/^[\x00-\x7f]*$/);
  expect(file).not.toMatch(/<\/script|<!--|\beval\b|\bFunction\b|\.cookie/);
});

it.each([
  ['t.js', '/t', '"./t"'],
  ['s.js', '/hello', '"./hello"'],
  ['app/stats.js', '/hello', '"../hello"'],
  ['a/b/c.js', '/x/y', '"../../x/y"'],
])('as %s it finds the way to %s: %s', (name, path, way) => {
  const script = tagScript(name, path);
  expect(script.split(way)).toHaveLength(2);
  expect(new URL(way.slice(1, -1), `https://proxy.example/below/${name}`).pathname).toBe(`/below${path}`);
});
