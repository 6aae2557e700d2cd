import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskIo } from '../task.ts';
import { UsageError } from '../task.ts';

export interface EngineSettings {
  /** `docker`, `local`; empty = Docker where it answers. */
  kind: 'docker' | 'local' | '';
  /** Folder of data, process numbers and logs. */
  home: string;
  /** Folder of what was fetched and built; may be shared. */
  cache: string;
  redisPort: number;
  /** Brokers take this and the next ones, controllers the same a hundred higher. */
  kafkaPort: number;
  /** PostgreSQL behind FerretDB takes the next one. */
  mongoPort: number;
  kafkaCount: 1 | 3;
  kafkaVersion: string;
  ferretVersion: string;
}

export const defaultHome = join(tmpdir(), 'pushtech-local-engines');

const readPort = (env: TaskIo['env'], name: string, fallback: number): number => {
  const text = env[name] || String(fallback);
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_000) {
    throw new UsageError(`${name} is a port from 1 to 65000, not "${text}"`);
  }
  return Number(text);
};

const readKind = (text = ''): EngineSettings['kind'] => {
  if (text !== '' && text !== 'docker' && text !== 'local') {
    throw new UsageError(`ENGINES is docker or local, not "${text}"`);
  }
  return text;
};

const readCount = (text = '1'): 1 | 3 => {
  if (text !== '1' && text !== '3') throw new UsageError(`KAFKA_COUNT is 1 or 3, not "${text}"`);
  return text === '1' ? 1 : 3;
};

/** @throws UsageError a value cannot be used */
export const readSettings = (env: TaskIo['env']): EngineSettings => ({
  kind: readKind(env.ENGINES),
  home: env.ENGINES_HOME || defaultHome,
  cache: env.ENGINES_CACHE || join(homedir(), '.cache/pushtech-engines'),
  redisPort: readPort(env, 'REDIS_PORT', 6390),
  kafkaPort: readPort(env, 'KAFKA_PORT', 9190),
  mongoPort: readPort(env, 'MONGO_PORT', 27_110),
  kafkaCount: readCount(env.KAFKA_COUNT || '1'),
  kafkaVersion: env.KAFKA_VERSION || '4.3.0',
  ferretVersion: env.FERRETDB_VERSION || 'v2.7.0',
});
