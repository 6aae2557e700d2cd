import { fileURLToPath } from 'node:url';
import { answer } from '../answer.ts';
import type { Backend, EngineName, Status, UnitName } from '../engine.ts';
import { engineError } from '../engine-error.ts';
import { runCommand, tryCommand } from '../run-command.ts';
import type { EngineSettings } from '../settings.ts';
import { urlsOf } from '../urls.ts';
import { composeEnv, projectOf } from './compose-env.ts';

const file = fileURLToPath(new URL('../../../../docker-compose/engines.yaml', import.meta.url));

const ASK_MS = 3000;

/** Whether a Docker engine answers and knows `compose`. */
export const hasDocker = async (): Promise<boolean> => {
  const [info, compose] = await Promise.all([
    tryCommand('docker', ['info'], { ms: ASK_MS }),
    tryCommand('docker', ['compose', 'version'], { ms: ASK_MS }),
  ]);
  return info.code === 0 && compose.code === 0;
};

/** A line of `docker compose ps --format json`, as far as it matters. */
interface Container {
  ID: string;
  Service: UnitName;
  State: string;
}

const stateOf = (state: string): Status['state'] =>
  state === 'running' ? 'up' : state === 'paused' ? 'paused' : 'down';

/** Engines as containers of `docker-compose/engines.yaml`. */
export const createDocker = (settings: EngineSettings, say: (text: string) => void): Backend => {
  const env = Object.entries(composeEnv(settings)).map(([name, value]) => `${name}=${value}`);
  const project = ['compose', '-f', file, '-p', projectOf(settings), '--profile', 'three'];
  const compose = (...words: string[]) => runCommand('env', [...env, 'docker', ...project, ...words]);

  const brokers = Array.from({ length: settings.kafkaCount }, (_, i) => `kafka${i + 1}` as UnitName);
  const servicesOf = (name: UnitName): UnitName[] => {
    if (name === 'kafka') return brokers;
    if (!name.startsWith('kafka') || brokers.includes(name)) return [name];
    throw engineError('ENGINE_SETTINGS', `There is no ${name}: KAFKA_COUNT is ${settings.kafkaCount}.`);
  };

  const status = async (): Promise<Status[]> => {
    const lines = (await compose('ps', '-a', '--format', 'json')).split('\n').filter((line) => line !== '');
    const found = lines.map((line) => JSON.parse(line) as Container);
    return (['redis', ...brokers, 'mongo'] as const).map((name) => {
      const one = found.find(({ Service }) => Service === name);
      const state = stateOf(one?.State ?? '');
      return { name, state, id: state === 'down' ? '' : (one?.ID ?? '') };
    });
  };

  /** One broker is asked for itself: others may be down on purpose. */
  const addressOf = (name: UnitName): string => {
    const number = Number(/^kafka(\d)$/.exec(name)?.[1]);
    return number ? `127.0.0.1:${settings.kafkaPort + number - 1}` : urlsOf(settings)[name as EngineName];
  };
  const ready = (name: UnitName) =>
    answer(name.replace(/\d$/, '') as EngineName, addressOf(name), 90, {
      log: () => compose('logs', '--tail', '8', '--no-log-prefix', ...servicesOf(name)),
    });

  const stateOfAll = async (names: UnitName[]): Promise<Status[]> =>
    (await status()).filter(({ name }) => names.includes(name));
  /** Commands of compose fail for a container in the wrong state, ours do not. */
  const inState = async (name: UnitName, ...states: Status['state'][]): Promise<UnitName[]> =>
    (await stateOfAll(servicesOf(name))).filter(({ state }) => states.includes(state)).map((one) => one.name);
  const apply = async (words: string[], services: UnitName[]): Promise<void> => {
    if (services.length > 0) await compose(...words, ...services);
  };

  return {
    status,
    up: async (names: readonly EngineName[]) => {
      await compose('up', '-d', '--wait', ...names.flatMap(servicesOf));
      for (const name of names) {
        await ready(name);
        say(`${name} is up`);
      }
    },
    start: async (name) => {
      await compose('start', ...servicesOf(name));
      await ready(name);
    },
    stop: async (name) => {
      await apply(['unpause'], await inState(name, 'paused'));
      await apply(['stop', '-t', '20'], await inState(name, 'up'));
    },
    kill: async (name) => {
      await apply(['kill'], await inState(name, 'up', 'paused'));
      await apply(['wait'], await inState(name, 'up', 'paused'));
    },
    pause: async (name) => apply(['pause'], await inState(name, 'up')),
    resume: async (name) => apply(['unpause'], await inState(name, 'paused')),
    wipe: async () => void (await compose('down', '-v', '--remove-orphans')),
    logs: (name) => compose('logs', '--tail', '200', ...servicesOf(name)),
  };
};
