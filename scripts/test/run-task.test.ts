import { mkdtempSync, rmSync } from 'node:fs';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuard } from '@pushtech/admin';
import { isSignedTarget } from '@pushtech/event';
import { readSecretKey } from '@pushtech/service';
import { afterAll, describe, expect, test } from 'vitest';
import { tasks } from '../src/run-task.ts';
import { hearTask } from './hear-task.ts';

const folder = mkdtempSync(join(tmpdir(), 'pushtech-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => hearTask(args, { DATA_DIR: folder });

describe('the tasks', () => {
  test('are listed with one line each', async () => {
    const { out, code } = await run();
    expect(code).toBe(0);
    const listed = [...out.matchAll(/^ {2}(\S+) +(\S.*)$/gm)].map(([, name, line]) => `${name} ${line}`);
    expect(listed.toSorted()).toEqual(tasks.map(({ name, line }) => `${name} ${line}`).toSorted());
  });

  test.each([
    [['nope'], 'There is no task "nope".'],
    [['replay'], 'name the log file'],
    [['replay', 'x', '--nope'], "Unknown option '--nope'."],
    [['replay', 'x', '--rate', 'fast'], '--rate is a number'],
    [['replay', 'x', '--rate'], "'--rate <value>' argument missing"],
    [['replay', 'x', '--format', 'iis'], '--format is auto, combined, common'],
    [['replay', 'x', '--url', 'ftp://x'], '--url is an address'],
    [['replay', 'x', '--stats-url', 'x'], '--stats-url is an address'],
    [['replay', 'x', '--site', 'a/b'], '--site is a host name'],
    [['token'], 'name what the token is for'],
    [['token', 'x'], '--scopes says'],
    [['token', 'x', '--scopes', 'all'], 'there is no scope "all"'],
    [['token', 'x', '--scopes', 'write', '--days', '-1'], ''],
  ])('end %j with code 2 and a sentence', async (args, sentence) => {
    const { said, out, code } = await run(...args);
    expect(said).toContain(sentence);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('end with code 1 and a sentence when a file is missing', async () => {
    expect(await run('replay', join(folder, 'none.log'))).toMatchObject({
      code: 1,
      said: expect.stringContaining('cannot be read'),
    });
    expect(await run('replay', 'x', '--map', join(folder, 'none.tsv'))).toMatchObject({ code: 1 });
  });
});

describe('token', () => {
  const identify = (token: string, now: number) => {
    const secretKey = readSecretKey('', folder);
    const guard = createGuard({ password: 'x', apiToken: '', secretKey, clock: () => now });
    const request = new IncomingMessage(new Socket());
    request.headers.authorization = `Bearer ${token}`;
    return guard.identify(request);
  };

  test('makes one that the servers of this data folder take, for its scopes and its days only', async () => {
    const { out, code } = await run('token', 'importer', '--scopes', 'import,stats:read', '--days', '2');
    expect(code).toBe(0);
    const token = out.trim();
    expect(identify(token, Date.now())).toMatchObject({
      kind: 'token',
      scopes: new Set(['import', 'stats:read']),
    });
    expect(identify(token, Date.now() + 3 * 86_400_000).kind).toBe('none');
  });
});

describe('link', () => {
  test('leads to a target that the tracker knows for signed', async () => {
    const SECRET_KEY = 'a key of the test, longer than thirty-two';
    const { code, out } = await hearTask(
      ['link', 'https://shop.example/?a=b', '--url', 'https://trk.example/'],
      { SECRET_KEY },
    );
    expect(code).toBe(0);
    const { origin, pathname, searchParams } = new URL(out.trim());
    expect(origin + pathname).toBe('https://trk.example/r');
    expect(isSignedTarget(SECRET_KEY, searchParams.get('u') ?? '', searchParams.get('s') ?? '')).toBe(true);
    expect((await hearTask(['link', 'javascript:alert(1)'], { SECRET_KEY })).code).toBe(2);
  });
});
