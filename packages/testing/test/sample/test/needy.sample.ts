import { expect, test } from 'vitest';
import { needs } from '../../../src/index.ts';

test('needs nothing', () => {});

test.skip('is skipped for another reason', () => {});

needs('redis')('on Redis', ({ redis }) => {
  test.each([1, 2, 3])('is told where it runs, %i', () => expect(redis).toMatch(/^redis:/));
});

needs('redis', 'kafka')('on both', ({ redis, kafka }) => {
  test('is told where both run', () => expect(`${redis} ${kafka}`).toMatch(/^redis:.* .*:\d+$/));
});
