import { expect, it } from 'vitest';
import { snippet } from '../src/snippet.ts';

it('is a script and a pixel for those without scripts', () => {
  expect(snippet({ origin: 'https://trk.example.org', site: 'shop.example' })).toBe(
    `<script defer src="https://trk.example.org/t.js" data-site="shop.example"></script>
<noscript><img src="https://trk.example.org/t/pageview?site=shop.example" alt="" width="1" height="1" referrerpolicy="no-referrer-when-downgrade"></noscript>
`,
  );
});

it('uses the further name and path, and names no site where none is given', () => {
  const html = snippet({ origin: 'https://trk.example.org/', name: 'app/stats.js', path: '/hello' });
  expect(html).toContain('src="https://trk.example.org/app/stats.js"></script>');
  expect(html).toContain('src="https://trk.example.org/hello/pageview"');
});

it('holds no markup of a value', () => {
  const evil = `"><script>alert(1)</script>'&`;
  const html = snippet({ origin: evil, site: evil, name: evil, path: evil });
  expect(html.match(/<\w+/g)).toEqual(['<script', '<noscript', '<img']);
  expect(html).not.toContain('alert(1)</script>');
});
