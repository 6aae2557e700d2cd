import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { composeEnv, projectOf } from '../src/engines/docker/compose-env.ts';
import { readSettings } from '../src/engines/settings.ts';

const path = fileURLToPath(new URL('../../docker-compose/engines.yaml', import.meta.url));
const text = readFileSync(path, 'utf8');
const variables = [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name = '', value]) => [name, value]);

const IMAGES = ['KAFKA_IMAGE', 'MONGO_IMAGE', 'REDIS_IMAGE'];

const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;

describe('docker-compose/engines.yaml', () => {
  test('says by itself what the command line says without settings', () => {
    const own = Object.fromEntries(variables.filter(([name]) => !IMAGES.includes(name ?? '')));
    expect(own).toEqual(composeEnv(readSettings({})));
    expect(variables.map(([name]) => name)).toEqual(expect.arrayContaining(IMAGES));
  });

  test('names the same version of Kafka', () => {
    expect(text).toContain(`:-apache/kafka:${readSettings({}).kafkaVersion}}`);
  });

  test('opens ports on loopback only', () => {
    const ports = [...text.matchAll(/ports: \[(.*)\]/g)].map(([, port]) => port);
    expect(ports).toHaveLength(5);
    for (const port of ports) expect(port).toMatch(/^"127\.0\.0\.1:/);
  });

  test.skipIf(!hasCompose)(
    'is valid to Docker Compose, with one broker and with three (needs docker compose)',
    () => {
      for (const count of ['1', '3']) {
        const env = { PATH: process.env.PATH, ...composeEnv(readSettings({ KAFKA_COUNT: count })) };
        const { stdout, stderr } = spawnSync('docker', ['compose', '-f', path, 'config', '--services'], {
          encoding: 'utf8',
          env,
        });
        expect(stderr).toBe('');
        expect(stdout.trim().split('\n').toSorted()).toEqual(['kafka1', 'mongo', 'redis']);
      }
    },
  );
});

test('each home is a project of its own', () => {
  const settings = readSettings({});
  expect(projectOf(settings)).toBe('pushtech-engines');
  const [one, other] = ['/a', '/b'].map((home) => projectOf({ ...settings, home }));
  expect(one).toMatch(/^pushtech-engines-[0-9a-f]{8}$/);
  expect(other).not.toBe(one);
});
