import { addressOf } from '@pushtech/testing/engines';
import type { Engines } from '../engines/create-engines.ts';
import { type EngineName, engineNames } from '../engines/engine.ts';
import { engineEnv } from '../engines/urls.ts';
import type { TaskIo } from '../task.ts';

export interface OwnEngines {
  /** Names every engine. */
  env: Readonly<Record<string, string | undefined>>;
  /** Stops what did not run before. */
  takeDown(): Promise<void>;
}

/** Engines of which some unit does not run. */
const notRunning = async (engines: Engines, names: readonly EngineName[]): Promise<EngineName[]> => {
  const status = await engines.status();
  return names.filter((name) =>
    status.some((unit) => unit.name.replace(/\d$/, '') === name && unit.state !== 'up'),
  );
};

/** Brings up every engine that the environment does not name. @throws PushtechError one of them cannot be had */
export const bringUpMissing = async (engines: Engines, env: TaskIo['env']): Promise<OwnEngines> => {
  const missing = engineNames.filter((name) => addressOf(name, env) === '');
  const started = missing.length > 0 ? await notRunning(engines, missing) : [];
  const takeDown = () => (started.length > 0 ? engines.down(started) : Promise.resolve());
  try {
    if (missing.length > 0) await engines.up(missing);
  } catch (error) {
    await takeDown();
    throw error;
  }
  return { env: { ...env, ...engineEnv(engines.urls, missing) }, takeDown };
};
