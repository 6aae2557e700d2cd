import { isPushtechError } from '@pushtech/event';
import { createDocker, hasDocker } from './docker/create-docker.ts';
import type { Backend, EngineName, Status, UnitName } from './engine.ts';
import { engineNames } from './engine.ts';
import { createLocal } from './local/create-local.ts';
import { forget, readRemembered, remember } from './remembered.ts';
import { type EngineSettings, readSettings } from './settings.ts';
import { urlsOf } from './urls.ts';

export interface Engines extends Omit<Backend, 'up'> {
  /** @param names all when left out */
  up(names?: readonly EngineName[]): Promise<void>;
  /** Stops engines; their data stays. @param names all when left out */
  down(names?: readonly EngineName[]): Promise<void>;
  /** Where each is found, as `REDIS_URL`, `KAFKA_BROKERS` and `MONGODB_URL` have it. */
  urls: Record<EngineName, string>;
}

type Say = (text: string) => void;

const choose = async (settings: EngineSettings, say: Say): Promise<[Backend, 'docker' | 'local']> => {
  const kind =
    settings.kind || readRemembered(settings.home)?.kind || ((await hasDocker()) ? 'docker' : 'local');
  return [kind === 'docker' ? createDocker(settings, say) : createLocal(settings, say), kind];
};

/** Engines of a home. Docker is asked for at the first call only. */
export const openEngines = (settings: EngineSettings, say: Say): Engines => {
  let chosen: ReturnType<typeof choose> | undefined;
  const backend = async (): Promise<Backend> => {
    chosen ??= choose(settings, say);
    return (await chosen)[0];
  };
  const on =
    (act: 'start' | 'stop' | 'kill' | 'pause' | 'resume') =>
    async (unit: UnitName): Promise<void> =>
      (await backend())[act](unit);

  return {
    urls: urlsOf(settings),
    up: async (names = engineNames) => {
      const engines = await backend();
      const [, kind] = (await chosen) as Awaited<ReturnType<typeof choose>>;
      const before = readRemembered(settings.home);
      remember(settings, { kind, kafkaCount: settings.kafkaCount });
      try {
        await engines.up(names);
      } catch (error) {
        // Nothing was started: next time there may be Docker.
        if (isPushtechError(error, 'ENGINE_TOOL')) {
          if (before) remember(settings, before);
          else forget(settings.home);
        }
        throw error;
      }
    },
    down: async (names = engineNames) => {
      const engines = await backend();
      await Promise.all(names.map((name) => engines.stop(name)));
    },
    start: on('start'),
    stop: on('stop'),
    kill: on('kill'),
    pause: on('pause'),
    resume: on('resume'),
    wipe: async () => {
      await (await backend()).wipe();
      forget(settings.home);
    },
    status: async (): Promise<Status[]> => (await backend()).status(),
    logs: async (unit) => (await backend()).logs(unit),
  };
};

export interface PrivateEngines {
  /** A folder of their own. */
  home: string;
  ports: { redis?: number; kafka?: number; mongo?: number };
  kafkaCount?: 1 | 3;
  /** Docker where it answers, if not said otherwise. */
  kind?: 'docker' | 'local';
  /** Folder of what was fetched and built, if it is not the usual one. */
  cache?: string;
  say?: Say;
}

/**
 * Engines of a test's own, which it may kill as it likes. End with `wipe()`.
 * @throws PushtechError `ENGINE_TOOL` something is missing on this machine, `ENGINE_SILENT` an engine does not answer
 */
export const createEngines = ({ home, ports, kafkaCount = 1, kind, cache, say }: PrivateEngines): Engines => {
  const usual = readSettings({});
  const settings: EngineSettings = {
    ...usual,
    home,
    kafkaCount,
    kind: kind ?? '',
    cache: cache ?? usual.cache,
    redisPort: ports.redis ?? usual.redisPort,
    kafkaPort: ports.kafka ?? usual.kafkaPort,
    mongoPort: ports.mongo ?? usual.mongoPort,
  };
  return openEngines(settings, say ?? (() => {}));
};
