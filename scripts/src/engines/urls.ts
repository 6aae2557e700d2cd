import { engineVariables } from '@pushtech/testing/engines';
import type { EngineName } from './engine.ts';
import type { EngineSettings } from './settings.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Where each engine is found, as its variable has it. */
export const urlsOf = (settings: EngineSettings): Record<EngineName, string> => ({
  redis: `redis://127.0.0.1:${settings.redisPort}`,
  kafka: range(settings.kafkaCount)
    .map((i) => `127.0.0.1:${settings.kafkaPort + i}`)
    .join(','),
  mongo: `mongodb://127.0.0.1:${settings.mongoPort}/?directConnection=true`,
});

/** The variables of some engines. */
export const engineEnv = (
  urls: Record<EngineName, string>,
  names: readonly EngineName[],
): Record<string, string> => Object.fromEntries(names.map((name) => [engineVariables[name], urls[name]]));

/** Lines for `eval`. No value needs more than these quotes: all are made of numbers. */
export const exportLines = (env: Record<string, string>): string =>
  Object.entries(env)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('');
