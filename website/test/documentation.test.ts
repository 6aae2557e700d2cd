import { expect, it } from 'vitest';
import { type DocFile, readDocs } from '../src/documentation/files.ts';
import { createRender } from '../src/documentation/render.ts';

const doc = (path: string, slug: string, text = ''): DocFile => ({
  path,
  slug,
  text,
  title: slug,
  group: 'start',
});
const render = (text: string, path = 'packages/log/README.md') =>
  createRender(
    [doc('README.md', ''), doc('tracker/README.md', 'tracker'), doc('packages/log/README.md', 'log')],
    '/documentation',
  )(doc(path, 'x', text)).text;

it('leads links to other documents to their place here, and makes text of those that lead nowhere', () => {
  expect(render('[a](../../README.md#run-it)')).toContain('<a href="/documentation#run-it">a</a>');
  expect(render('[a](../../tracker/)')).toContain('<a href="/documentation/tracker">a</a>');
  expect(render('[a](README.md)')).toContain('<a href="/documentation/log">a</a>');
  expect(render('[a](https://example.org)')).toContain(
    '<a href="https://example.org" rel="noreferrer">a</a>',
  );
  expect(render('[a](#b)')).toContain('<a href="#b">a</a>');
  expect(render('[*a*](src/open.ts) [b](../../../../etc/passwd)')).toBe('<p><em>a</em> b</p>\n');
});

it('gives headings anchors, the second of a name another one', () => {
  const text = render('## Run it\n## Run it\n## `Code`, and more!');
  expect([...text.matchAll(/id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
    'run-it',
    'run-it-1',
    'code-and-more',
  ]);
});

it('shows markup as text, no images, no scripts, no style attributes', () => {
  expect(render('<script>x</script><b onclick=x>')).not.toMatch(/<script|<b /);
  expect(render('![a](https://example.org/a.png)')).not.toContain('<img');
  expect(render('[a](javascript:alert(1))')).not.toContain('<a');
  const table = render('| a | b |\n|---|--:|\n| 1 | 2 |');
  expect(table).toContain('<td class="number">2</td>');
  expect(table).not.toContain('style=');
  expect(render('```html\n<script>\n```')).toContain('&lt;script&gt;');
});

it('leaves out the marks between which programs write', () => {
  expect(render('<!-- settings -->\n\na\n\n<!-- /settings -->')).toBe('<p>a</p>\n');
});

it('finds the documents from any working directory, each under a name of its own', () => {
  const before = process.cwd();
  process.chdir('/');
  try {
    const docs = readDocs();
    expect(docs.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['README.md', 'ops/README.md', 'tracker/README.md', 'packages/log/README.md']),
    );
    expect(new Set(docs.map(({ slug }) => slug)).size).toBe(docs.length);
    for (const { slug } of docs) expect(slug).toMatch(/^[a-z0-9-]*$/);
  } finally {
    process.chdir(before);
  }
});
