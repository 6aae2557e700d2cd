import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuard } from '@pushtech/admin';
import { afterAll, describe, expect, test } from 'vitest';
import { composeFolder } from '../src/deploy/compose-files.ts';
import { secretKeys } from '../src/deploy/dotenv-keys.ts';
import { readDotenv } from '../src/deploy/dotenv-text.ts';
import { hearTask } from './hear-task.ts';

const folder = mkdtempSync(join(tmpdir(), 'pushtech-dotenv-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const freshPath = (): string => join(folder, `env-${++files}`);
const generate = (file: string, ...args: string[]) =>
  hearTask(['dotenv:generate', '--file', file, ...args], {});
const read = (file: string) => readDotenv(readFileSync(file, 'utf8'));
const keys = secretKeys.map(({ key }) => key);

describe('dotenv:generate', () => {
  test('writes every key of .env.example with a secret of its own for each, readable by its owner only', async () => {
    const file = freshPath();
    const { code, said, out } = await generate(file);
    expect(code).toBe(0);
    const made = read(file);
    expect(Object.keys(made)).toEqual(
      Object.keys(readDotenv(readFileSync(new URL('.env.example', composeFolder), 'utf8'))),
    );
    const secrets = keys.map((key) => made[key] ?? '');
    expect(new Set(secrets).size).toBe(keys.length);
    // Nothing that a URL, a shell or Compose would read as its own.
    for (const secret of secrets) expect(secret).toMatch(/^[\w.-]{32,}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const secret of secrets) expect(said + out).not.toContain(secret);
    expect(said).toContain('ADMIN_PASSWORD');
  });

  test('makes a token that reads metrics, with the key that it wrote', async () => {
    const file = freshPath();
    await generate(file);
    const { SECRET_KEY = '', METRICS_TOKEN } = read(file);
    const guard = createGuard({ password: 'x', apiToken: '', secretKey: SECRET_KEY, clock: Date.now });
    const request = new IncomingMessage(new Socket());
    request.headers.authorization = `Bearer ${METRICS_TOKEN}`;
    expect(guard.identify(request)).toMatchObject({ kind: 'token', scopes: new Set(['metrics:read']) });
  });

  test('leaves a file that is there alone', async () => {
    const file = freshPath();
    writeFileSync(file, 'ADMIN_PASSWORD=mine\n');
    const { code, said } = await generate(file);
    expect([code, readFileSync(file, 'utf8')]).toEqual([1, 'ADMIN_PASSWORD=mine\n']);
    expect(said).toContain('--update');
  });

  test('--update keeps what is there, comments too, and adds what is missing', async () => {
    const file = freshPath();
    const mine = '# mine\nADMIN_PASSWORD="my own"\nFRONT_PORT=9999\nREDIS_PASSWORD=\nELSE=1\n';
    writeFileSync(file, mine, { mode: 0o644 });
    expect((await generate(file, '--update')).code).toBe(0);
    const made = read(file);
    expect(made).toMatchObject({ ADMIN_PASSWORD: 'my own', FRONT_PORT: '9999', ELSE: '1' });
    for (const key of keys) expect([key, made[key]]).toEqual([key, expect.stringMatching(/^.+$/)]);
    expect(readFileSync(file, 'utf8')).toMatch(/^# mine\nADMIN_PASSWORD="my own"\n/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, 'utf8');
    await generate(file, '--update');
    expect(readFileSync(file, 'utf8').trim()).toBe(before.trim());
  });

  test('--force makes all secrets anew', async () => {
    const file = freshPath();
    await generate(file);
    const before = read(file);
    expect((await generate(file, '--force')).code).toBe(0);
    for (const key of keys) expect(read(file)[key]).not.toBe(before[key]);
  });

  test('--dry-run writes nothing and shows no secret', async () => {
    const file = freshPath();
    const { code, out } = await generate(file, '--dry-run');
    expect(code).toBe(0);
    for (const key of keys) expect(out).toContain(`\n${key}=…\n`);
    expect(() => statSync(file)).toThrow();
  });

  test('says so when it cannot write, and refuses two ways at once', async () => {
    expect(await generate(join(folder, 'none', 'env'))).toMatchObject({
      code: 1,
      said: expect.stringContaining('cannot be written'),
    });
    expect((await generate(freshPath(), '--force', '--update')).code).toBe(2);
  });
});
