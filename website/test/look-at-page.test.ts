import { expect, it } from 'vitest';
import { lookAtPage } from '../src/sites/check/look-at-page.ts';
import { readHtml } from '../src/sites/check/read-html.ts';

const look = (body: string, headers: Record<string, string> = {}, status = 200) =>
  lookAtPage(
    { url: 'https://shop.example/', status, headers, body, cut: false },
    { tracker: 'https://trk.example.org', tagPath: '/t.js' },
  );
const ids = (...given: Parameters<typeof look>) => look(...given).map(({ id }) => id);

const snippet = '<script defer src="https://trk.example.org/t.js"></script>';

it.each<[string, string[]]>([
  [snippet, ['snippetFound', 'cspNone']],
  ["<SCRIPT SRC='https://trk.example.org/t.js'></SCRIPT>", ['snippetFound', 'cspNone']],
  ['<script async src=https://trk.example.org/t.js></script>', ['snippetFound', 'cspNone']],
  ['<script src="//trk.example.org/t.js"></script>', ['snippetFound', 'cspNone']],
  ['<script src="https://trk.example.org/stats.js"></script>', ['snippetFound', 'cspNone']],
  ['<script src="https://cdn.example/jquery.js"></script>', ['snippetNone', 'cspNone']],
  [`<!-- ${snippet} -->`, ['snippetNone', 'cspNone']],
  [`<!-- never closed ${snippet}`, ['snippetNone', 'cspNone']],
  ['<script src="https://old.example/t.js"></script>', ['snippetElsewhere', 'cspNone']],
  [`<script src="https://old.example/t.js"></script>${snippet}`, ['snippetFound', 'cspNone']],
  ['<img src="https://trk.example.org/t/pageview?site=a&amp;b=1">', ['pixelFound', 'cspNone']],
  ['', ['snippetNone', 'cspNone']],
])('reads %s as %j', (body, expected) => {
  expect(ids(body)).toEqual(expected);
});

it('holds the snippet against the policies of header and markup, each for itself', () => {
  const strict = { 'content-security-policy': "script-src 'self'; connect-src *" };
  expect(look(snippet, strict)[1]).toEqual({
    id: 'csp_script',
    level: 'bad',
    values: { directive: 'script-src', origin: 'https://trk.example.org' },
  });
  const meta = `<meta http-equiv=content-security-policy content="default-src &#39;self&#39;">${snippet}`;
  expect(ids(meta)).toEqual(['snippetFound', 'csp_script', 'csp_connect']);
  const fine = { 'content-security-policy': 'default-src https:' };
  expect(ids(snippet, fine)).toEqual(['snippetFound', 'cspFine']);
});

it('says no more of an error page than that it is one', () => {
  expect(ids(snippet, {}, 404)).toEqual(['pageStatus']);
});

it.each([
  ['comments', '<!--'.repeat(250_000)],
  ['tags', '<script '.repeat(120_000)],
  ['one long name', `<script ${'a'.repeat(1_000_000)}>`],
  ['names', `<script ${'a '.repeat(4000)}>`.repeat(120)],
  ['quotes', `<script ${'a="'.repeat(2000)}>`.repeat(150)],
])('reads a page made of %s in time, however long its parts are', (_what, body) => {
  const begun = performance.now();
  readHtml(body);
  // Linear it takes 0.1 s; anything else takes minutes.
  expect(performance.now() - begun).toBeLessThan(10_000);
});
