import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createKafka } from '../src/engines/local/kafka.ts';
import { kafkaConfig } from '../src/engines/local/kafka-config.ts';
import { createProcesses } from '../src/engines/local/processes.ts';
import { readSettings } from '../src/engines/settings.ts';

const home = mkdtempSync(join(tmpdir(), 'pushtech-engines-test-'));
afterAll(() => rmSync(home, { recursive: true }));

const settingsOf = (kafkaCount: 1 | 3) => ({ ...readSettings({}), home, kafkaCount, kafkaPort: 9500 });

const read = (kafkaCount: 1 | 3, number: number) =>
  Object.fromEntries(
    kafkaConfig(settingsOf(kafkaCount), number)
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/).slice(0, 2)),
  );

describe('a broker', () => {
  test('alone keeps one copy', () => {
    expect(read(1, 1)).toMatchObject({
      'advertised.listeners': 'PLAINTEXT://127.0.0.1:9500',
      'controller.quorum.voters': '1@127.0.0.1:9600',
      'default.replication.factor': '1',
      'min.insync.replicas': '1',
      'auto.create.topics.enable': 'false',
    });
  });

  test('of three keeps three copies, two of which must be in step', () => {
    expect(read(3, 2)).toMatchObject({
      'node.id': '2',
      listeners: 'PLAINTEXT://127.0.0.1:9501,CONTROLLER://127.0.0.1:9601',
      'controller.quorum.voters': '1@127.0.0.1:9600,2@127.0.0.1:9601,3@127.0.0.1:9602',
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'transaction.state.log.min.isr': '2',
    });
  });

  test('listens on loopback only', () => {
    for (const address of read(3, 3).listeners?.split(',') ?? []) expect(address).toContain('://127.0.0.1:');
  });
});

test('a cluster of one that has data is not made one of three', async () => {
  mkdirSync(join(home, 'kafka1'));
  writeFileSync(join(home, 'kafka1.properties'), kafkaConfig(settingsOf(1), 1));
  const open = (kafkaCount: 1 | 3) =>
    createKafka({ settings: settingsOf(kafkaCount), processes: createProcesses(home), say: () => {} });
  await open(1).prepare?.();
  await expect(open(3).prepare?.()).rejects.toMatchObject({
    code: 'ENGINE_SETTINGS',
    message: expect.stringContaining('wipe first'),
  });
});
