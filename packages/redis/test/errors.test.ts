import { PushtechError } from '@pushtech/event';
import { expect, test } from 'vitest';
import { isDown } from '../src/index.ts';

const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

test.each([
  "OOM command not allowed when used memory > 'maxmemory'.",
  "READONLY You can't write against a read only replica.",
  'LOADING Redis is loading the dataset in memory',
  'NOAUTH Authentication required.',
  'ERR Error running script (call to f_12ab): @user_script:6: @user_script: 6: -OOM command not allowed',
])('takes for down what a server answers that cannot work: %s', (message) => {
  expect(isDown(reply(message))).toBe(true);
});

test.each([
  'WRONGTYPE Operation against a key holding the wrong kind of value',
  'ERR unknown command',
  'ERR OOM is only a word here',
])('takes for a wrong command: %s', (message) => {
  expect(isDown(reply(message))).toBe(false);
});

test('takes lost connections and timeouts for down, but no mistakes of our own', () => {
  expect(isDown(new Error('Command timed out'))).toBe(true);
  expect(isDown(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))).toBe(true);
  expect(isDown(new TypeError('x is not a function'))).toBe(false);
  expect(isDown(new PushtechError('BUFFER_FULL', 'retry', 'full'))).toBe(false);
});
