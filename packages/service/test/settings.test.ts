import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commonSettings, loadSettings, readSecretKey, SettingsError } from '../src/index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pushtech-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    loadSettings(commonSettings, env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
};

describe('settings', () => {
  it('have defaults for everything: nothing has to be set to start', () => {
    expect(loadSettings(commonSettings, {})).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8080,
      BUFFER_URL: 'sqlite:./data/buffer.db',
      LOG_URL: 'sqlite:./data/log.db',
      IMAGES_URL: 'file:./data/images',
      SITES: [],
    });
  });

  it('name all that is wrong at once', () => {
    const problems = problemsOf({
      PORT: 'http',
      LOG_LEVEL: 'loud',
      TRUSTED_PROXIES: 'everybody',
      HOST: '0.0.0.0',
      SECRET_KEY: 'short',
      LOG_URL: 'kafka://broker:9092',
    });
    for (const key of ['PORT', 'LOG_LEVEL', 'TRUSTED_PROXIES', 'HOST', 'SECRET_KEY']) {
      expect(problems.join('\n')).toContain(key);
    }
  });

  it('refuse to be reachable by others without a password', () => {
    expect(problemsOf({ HOST: '0.0.0.0' })).toHaveLength(1);
    expect(problemsOf({ HOST: '0.0.0.0', ADMIN_PASSWORD: 'x' })).toEqual([]);
  });

  it('ask for a key as soon as an engine is shared with other processes', () => {
    expect(problemsOf({ BUFFER_URL: 'redis://r:6379' })[0]).toContain('SECRET_KEY');
  });

  it('read secrets from files too', () => {
    const file = join(folder, 'password');
    writeFileSync(file, 'from a file\n');
    expect(loadSettings(commonSettings, { ADMIN_PASSWORD_FILE: file }).ADMIN_PASSWORD).toBe('from a file');
    expect(problemsOf({ ADMIN_PASSWORD_FILE: join(folder, 'none') })[0]).toContain('cannot be read');
    expect(problemsOf({ ADMIN_PASSWORD_FILE: file, ADMIN_PASSWORD: 'too' })[0]).toContain('both set');
  });
});

describe('the secret key', () => {
  it('is made once, for whoever may read the folder only, and stays the same', () => {
    const first = readSecretKey('', folder);
    expect(first.length).toBeGreaterThanOrEqual(32);
    expect(readSecretKey('', folder)).toBe(first);
    expect(readSecretKey('given', folder)).toBe('given');
  });
});
