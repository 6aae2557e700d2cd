import { describe, test } from 'vitest';

describe.skip('a file that is named after its engine', () => {
  test('one', () => {});
  test('two', () => {});
});
