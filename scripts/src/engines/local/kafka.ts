import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer } from '../answer.ts';
import type { UnitName } from '../engine.ts';
import { engineError } from '../engine-error.ts';
import { runCommand } from '../run-command.ts';
import { needFreePort } from './free-port.ts';
import { controllerPort, kafkaConfig } from './kafka-config.ts';
import { installKafka, jarsFolder } from './kafka-jars.ts';
import type { LocalDeps, LocalEngine, LocalUnit } from './local-engine.ts';

/** Any id will do; the brokers of one cluster share it. */
const CLUSTER_ID = 'cHVzaHRlY2gtbG9jYWwtMQ';
const MEMORY = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC'];
const LOG = '-Dorg.slf4j.simpleLogger.showDateTime=true';

const createBroker = (deps: LocalDeps, number: number): LocalUnit => {
  const { settings, processes } = deps;
  const name = `kafka${number}` as UnitName;
  const config = join(settings.home, `${name}.properties`);
  const jars = join(jarsFolder(deps), '*');
  const port = settings.kafkaPort + number - 1;
  const address = `127.0.0.1:${port}`;

  const format = async (): Promise<void> => {
    if (existsSync(join(settings.home, name, 'meta.properties'))) return;
    const tool = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', config];
    await runCommand('java', ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', jars, ...tool]);
  };

  return {
    name,
    processes: [name],
    start: async () => {
      if (processes.find(name)) return;
      for (const one of [port, controllerPort(settings, number)]) await needFreePort(name, one);
      await format();
      await processes.spawn(name, 'java', [...MEMORY, LOG, '-cp', jars, 'kafka.Kafka', config]);
    },
    ready: () => answer('kafka', address, 90, processes.watch(name)),
    stop: () => processes.stop(name),
  };
};

/** A cluster keeps its brokers: what was set up with one cannot go on with three. */
const writeConfig = (deps: LocalDeps, number: number): void => {
  const { home } = deps.settings;
  const path = join(home, `kafka${number}.properties`);
  const config = kafkaConfig(deps.settings, number);
  mkdirSync(home, { recursive: true });
  if (existsSync(join(home, `kafka${number}`)) && existsSync(path) && readFileSync(path, 'utf8') !== config) {
    throw engineError(
      'ENGINE_SETTINGS',
      `${path} was made with other settings (ports, KAFKA_COUNT): wipe first.`,
    );
  }
  writeFileSync(path, config);
};

/** Kafka from its jars, one broker or three. */
export const createKafka = (deps: LocalDeps): LocalEngine => {
  const numbers = Array.from({ length: deps.settings.kafkaCount }, (_, i) => i + 1);
  return {
    name: 'kafka',
    install: () => installKafka(deps),
    prepare: async () => {
      for (const number of numbers) writeConfig(deps, number);
    },
    units: numbers.map((number) => createBroker(deps, number)),
  };
};
