import { expect, it } from 'vitest';
import { checkSite, labelOf, type Typed } from '../src/sites/site-form.ts';

const typed = (given: Partial<Typed>): Typed => ({
  name: 'Shop',
  zone: 'Europe/Berlin',
  origins: '',
  addresses: '',
  paths: '',
  ...given,
});

const problemOf = (given: Partial<Typed>) => {
  const checked = checkSite(typed(given));
  return checked.ok ? undefined : checked.problems;
};

it('takes what people paste and keeps it as events carry it', () => {
  const checked = checkSite(
    typed({
      origins:
        ' https://Shop.Example/ \r\n*.shop.example:8080\n\nbücher.example\n[2001:db8::1]\nlocalhost\nshop.example',
      addresses: '192.0.2.1\n192.0.2.0/24\n2001:DB8::/32\n::1',
      paths: '/admin/*\n/exact\n/*',
    }),
  );
  expect(checked).toEqual({
    ok: true,
    site: {
      name: 'Shop',
      timeZone: 'Europe/Berlin',
      origins: ['shop.example', '*.shop.example', 'xn--bcher-kva.example', '[2001:db8::1]', 'localhost'],
      excludedAddresses: ['192.0.2.1', '192.0.2.0/24', '2001:db8::/32', '::1'],
      excludedPaths: ['/admin/*', '/exact', '/*'],
    },
  });
});

it.each<[keyof Typed, string, string]>([
  ['name', '', 'name'],
  ['name', 'x'.repeat(101), 'name'],
  ['zone', 'Mars/Olympus', 'zone'],
  ['zone', '', 'zone'],
  ['origins', 'https://', 'origin'],
  ['origins', 'shop.example/path', 'origin'],
  ['origins', 'a.*.example', 'origin'],
  ['origins', '*', 'origin'],
  ['origins', '<script>', 'origin'],
  ['addresses', '10.0.0.0/33', 'network'],
  ['addresses', '10.0.0/8', 'network'],
  ['addresses', '::/129', 'network'],
  ['addresses', '10.0.0.0/8/8', 'network'],
  ['addresses', '10.0.0.256', 'address'],
  ['addresses', 'localhost', 'address'],
  ['paths', 'admin', 'path'],
  ['paths', '/a*b', 'path'],
  ['paths', '/a?b', 'path'],
  ['paths', '/a b', 'path'],
  ['paths', Array.from({ length: 201 }, (_, n) => `/${n}`).join('\n'), 'many'],
  ['paths', `/${'a'.repeat(1024)}`, 'long'],
])('refuses %s %j as %s', (field, text, problem) => {
  expect(problemOf({ [field]: text })?.[field as 'name']?.problem).toBe(problem);
});

it('names all that is wrong at once', () => {
  expect(
    Object.keys(problemOf({ name: '', zone: 'x', addresses: 'y', paths: 'z', origins: '/' }) ?? {}),
  ).toEqual(expect.arrayContaining(['name', 'zone', 'origins', 'addresses', 'paths']));
});

it.each([
  ['example.org', 'example.org'],
  ['WWW.Example.org', 'example.org'],
  ['https://www.example.org:8080/path?x#y', 'example.org'],
  ['example.org/path', 'example.org'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['http://[::1]:3000/', '::1'],
  ['localhost:3000', 'localhost'],
  ['not a site', undefined],
  ['', undefined],
  ['https://', undefined],
  ['<script>', undefined],
])('makes of %j the label %j', (text, label) => {
  expect(labelOf(text)).toBe(label);
});
