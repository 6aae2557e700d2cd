import { expect, test } from 'vitest';
import { numberOption, parseSqliteUrl } from '../src/index.ts';

const fatal = expect.objectContaining({ code: 'SQLITE_URL', kind: 'fatal' });

test('reads path, prefix and options', () => {
  const { path, prefix, options } = parseSqliteUrl('sqlite:/data/a b/log.db?prefix=x_&maxBytes=5');
  expect([path, prefix, numberOption(options, 'maxBytes', 1), numberOption(options, 'idleMs', 2)]).toEqual([
    '/data/a b/log.db',
    'x_',
    5,
    2,
  ]);
});

test.each([
  '',
  'sqlite',
  'sqlite:',
  'sqlite:?prefix=a',
  'redis://x',
  'sqlite:a?prefix=a-b',
  'sqlite:a?prefix=a"b',
])('refuses %j', (url) => {
  expect(() => parseSqliteUrl(url)).toThrow(fatal);
});

test.each(['', '-1', 'many', 'Infinity', 'NaN'])('refuses the number %j', (value) => {
  const { options } = parseSqliteUrl(`sqlite:a?maxBytes=${value}`);
  expect(() => numberOption(options, 'maxBytes', 1)).toThrow(fatal);
});
