import { parseArgs } from 'node:util';
import type { Scope } from '@pushtech/admin';
import { secretKeyOf } from '../secret-key.ts';
import { type Task, UsageError } from '../task.ts';

const DAY = 86_400_000;

const readScopes = (text: string | undefined, scopes: readonly Scope[]): Scope[] => {
  if (text === undefined) throw new UsageError(`--scopes says what it is good for: ${scopes.join(', ')}`);
  return text.split(',').map((word) => {
    const scope = scopes.find((one) => one === word);
    if (!scope) throw new UsageError(`there is no scope "${word}"; there are ${scopes.join(', ')}`);
    return scope;
  });
};

const readDays = (text: string): number => {
  const days = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || days <= 0 || days > 3650) {
    throw new UsageError(`--days is a number up to 3650, not "${text}"`);
  }
  return days;
};

const options = {
  scopes: { type: 'string' },
  days: { type: 'string', default: '90' },
} as const;

/** Makes a bearer token for programs. It is printed once and stored nowhere. */
export const token: Task = {
  name: 'token',
  group: 'people',
  line: 'makes a bearer token with scopes and an end, e.g. for a program that reads numbers',
  usage: 'token NAME --scopes S,S [--days N]',
  help: `
--scopes S,S                 what it is good for, e.g. import,stats:read; a wrong one lists them all
--days N                     how long; default 90
SECRET_KEY, SECRET_KEY_FILE  the key of the servers; default the one made in DATA_DIR`,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError('name what the token is for, in one word');
    // Loaded here: the other tasks need no web server, and start in half the time.
    const { makeToken, scopes } = await import('@pushtech/admin');
    const wanted = readScopes(values.scopes, scopes);
    const expires = io.clock() + readDays(values.days) * DAY;
    const secretKey = await secretKeyOf(io.env);
    io.out(`${makeToken({ secretKey, id, scopes: wanted, expires })}\n`);
    io.say(`Good for ${wanted.join(', ')} until ${new Date(expires).toISOString()}.\n`);
    return 0;
  },
};
