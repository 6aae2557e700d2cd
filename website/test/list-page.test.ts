import { createLinks, speechFor } from '@pushtech/ui';
import { expect, it } from 'vitest';
import { listPage } from '../src/sites/list-page.ts';

const speech = speechFor({ headers: {} } as Parameters<typeof speechFor>[0]);
const show = (label: string) =>
  listPage({
    speech,
    links: createLinks(''),
    list: { rows: [{ label, site: undefined, events: 1234, days: [0, 1, 2] }], others: 5, unknown: false },
    mayWrite: true,
    csrf: 'token"',
  }).text;

it('links a site by its label and shows what came', () => {
  const text = show('shop.example');
  expect(text).toContain('<a href="/sites/shop.example" data-raw>shop.example</a>');
  expect(text).toContain('1,234');
  expect(text).toContain('5 more events');
  expect(text).toContain('value="token&quot;"');
});

it.each(['<img src=x onerror=alert(1)>', 'javascript:alert(1)//', '../../etc', '"><script>', '\u202e'])(
  'makes no link and no markup of the label %j',
  (label) => {
    const text = show(label);
    expect(text).not.toMatch(/<img|<script/);
    expect([...text.matchAll(/href="([^"]*)"/g)]).toEqual([]);
  },
);
