import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { answer, lastOf } from '../answer.ts';
import type { Backend, EngineName, Status, UnitName } from '../engine.ts';
import { engineError } from '../engine-error.ts';
import type { EngineSettings } from '../settings.ts';
import { urlsOf } from '../urls.ts';
import { createKafka } from './kafka.ts';
import type { LocalDeps, LocalEngine, LocalUnit } from './local-engine.ts';
import { createMongo } from './mongo.ts';
import { createProcesses } from './processes.ts';
import { createRedis } from './redis.ts';

/** All that we ever put into `home`: nothing else is deleted from it. */
const OURS = /^(redis|ferretdb|kafka[123])$|^(redis|mongo|postgres|kafka[123])\.(pid|log|properties)$/;

const wipeHome = (home: string): void => {
  if (!existsSync(home)) return;
  for (const name of readdirSync(home)) {
    if (OURS.test(name)) rmSync(join(home, name), { recursive: true, force: true });
  }
  if (readdirSync(home).length === 0) rmdirSync(home);
};

/** Engines as processes of this machine. Only Linux tells enough of a process to never signal somebody else's. */
export const createLocal = (settings: EngineSettings, say: (text: string) => void): Backend => {
  const processes = createProcesses(settings.home);
  const deps: LocalDeps = { settings, processes, say };
  const engines: LocalEngine[] = [createRedis(deps), createKafka(deps), createMongo(deps)];
  const all = engines.flatMap(({ units }) => units);

  const unitsOf = (name: UnitName): LocalUnit[] => {
    const units = all.filter((unit) => unit.name === name || unit.name.replace(/\d$/, '') === name);
    if (units.length > 0) return units;
    throw engineError('ENGINE_SETTINGS', `There is no ${name}: KAFKA_COUNT is ${settings.kafkaCount}.`);
  };
  const eachProcess = async (
    name: UnitName,
    act: (process: string) => Promise<void> | void,
  ): Promise<void> => {
    await Promise.all(unitsOf(name).flatMap((unit) => unit.processes.map(act)));
  };
  const startAll = async (units: readonly LocalUnit[]): Promise<void> => {
    await Promise.all(units.map((unit) => unit.start()));
    await Promise.all(units.map((unit) => unit.ready()));
  };

  const startEngine = async (engine: LocalEngine): Promise<void> => {
    await engine.prepare?.();
    await startAll(engine.units);
    const [first] = engine.units.flatMap((unit) => unit.processes);
    await answer(engine.name, urlsOf(settings)[engine.name], 60, processes.watch(first ?? ''));
    say(`${engine.name} is up`);
  };

  return {
    up: async (names: readonly EngineName[]) => {
      const wanted = engines.filter(({ name }) => names.includes(name));
      if (process.platform !== 'linux') {
        throw engineError('ENGINE_TOOL', 'Engines without Docker run on Debian only: start Docker.');
      }
      for (const engine of wanted) await engine.install();
      await Promise.all(wanted.map(startEngine));
    },
    start: (name) => startAll(unitsOf(name)),
    stop: async (name) => {
      await Promise.all(unitsOf(name).map((unit) => unit.stop()));
    },
    kill: (name) => eachProcess(name, processes.kill),
    pause: (name) => eachProcess(name, processes.pause),
    resume: (name) => eachProcess(name, processes.resume),
    wipe: async () => {
      await Promise.all(all.map((unit) => unit.stop()));
      for (const engine of engines) await engine.wipe?.();
      wipeHome(settings.home);
    },
    status: async () =>
      all.flatMap(({ name, processes: own }): Status[] => {
        const found = own.map(processes.find);
        const [first] = found;
        if (!first || found.includes(undefined)) return [{ name, state: 'down', id: '' }];
        return [{ name, state: first.isPaused ? 'paused' : 'up', id: String(first.pid) }];
      }),
    logs: async (name) =>
      unitsOf(name)
        .flatMap(({ processes: own }) => own.map((one) => lastOf(processes.logOf(one), 200)))
        .join('\n'),
  };
};
