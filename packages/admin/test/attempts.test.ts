import { expect, it } from 'vitest';
import { bucketOf, createAttempts } from '../src/attempts.ts';

const limits = { clock: () => 0, tries: 10, everyMs: 10_000 };

const used = (address: string) => {
  const attempts = createAttempts(limits);
  for (let i = 0; i < 10; i++) attempts.take(bucketOf(address));
  return attempts;
};

it.each([
  ['192.0.2.1', '192.0.2.1', 10],
  ['192.0.2.1', '192.0.2.2', 0],
  ['192.0.2.1', '::ffff:192.0.2.1', 10],
  ['2001:db8:1:2::1', '2001:db8:1:2:aaaa:bbbb:cccc:dddd', 10],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', 0],
  ['2001:db8::1', '2001:db8:0:0:1::', 10],
  ['::1', '::2', 10],
])('after ten tries of %s, %s waits %i s', (first, second, wait) => {
  expect(used(first).take(bucketOf(second))).toBe(wait);
});

it('remembers ten thousand addresses at the most', () => {
  const attempts = used('192.0.2.1');
  for (let i = 0; i < 10_000; i++) attempts.take(`10.0.${i >> 8}.${i & 255}`);
  expect(attempts.take('192.0.2.1')).toBe(0);
});

it('forgets tries that ended well', () => {
  const attempts = used('192.0.2.1');
  attempts.forget('192.0.2.1');
  expect(attempts.take('192.0.2.1')).toBe(0);
});
