import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngines } from '@pushtech/scripts/engines';
import { freePort } from '@pushtech/testing';
import { freePorts } from './free-ports.ts';
import { createTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import type { Watchdog } from './watchdog.ts';

/** What a service is told of its engines. */
export type EngineUrls = Record<'BUFFER_URL' | 'LOG_URL' | 'STATS_URL', string>;

export type Unit = 'redis' | 'kafka' | 'kafka1' | 'kafka2' | 'kafka3';

/** Engines of a test's own, which it may kill. */
export interface Engines {
  kill(unit: Unit): Promise<void>;
  /** @returns epoch ms of the moment it answered */
  start(unit: Unit): Promise<number>;
  /** Ends it (SIGTERM), and starts it again after `ms`. @returns epoch ms of the moment it answered */
  away(unit: Unit, ms: number): Promise<number>;
  /** SIGSTOP for `ms`. @returns epoch ms of its going on */
  pause(unit: Unit, ms: number): Promise<number>;
}

export interface EnginePlace {
  urls: EngineUrls;
  /** The buffer takes nothing while `during` runs. @returns epoch ms of the moment it answered again */
  withoutBuffer(during: () => Promise<unknown>): Promise<number>;
  engines?: Engines;
  /** Between the services and Redis. */
  proxy?: TcpProxy;
  close(): Promise<void>;
}

export interface EngineSet {
  name: string;
  /** The whole system as `npm start` runs it. */
  inOneProcess?: boolean;
  open(home: string, watch: Watchdog['watch']): Promise<EnginePlace>;
}

const openSqlite = async (home: string): Promise<EnginePlace> => ({
  urls: {
    BUFFER_URL: `sqlite:${join(home, 'buffer.db')}`,
    LOG_URL: `sqlite:${join(home, 'log.db')}`,
    STATS_URL: `sqlite:${join(home, 'stats.db')}`,
  },
  /** Somebody else's transaction on the file that does not end. */
  async withoutBuffer(during) {
    const db = new DatabaseSync(join(home, 'buffer.db'), { timeout: 5000 });
    db.exec('BEGIN IMMEDIATE');
    try {
      await during();
      return Date.now();
    } finally {
      db.exec('ROLLBACK');
      db.close();
    }
  },
  close: async () => {},
});

/** SQLite files that several processes share. */
export const sqlite: EngineSet = { name: 'sqlite', open: openSqlite };

export const embedded: EngineSet = { name: 'one process', inOneProcess: true, open: openSqlite };

/** As for `npm run engines`: containers where Docker answers, if this does not say otherwise. */
const kind = process.env.ENGINES as 'docker' | 'local' | undefined;

/** Redis and Kafka, started for this test alone. */
export const redisAndKafka = ({ brokers = 1 }: { brokers?: 1 | 3 } = {}): EngineSet => ({
  name: brokers === 1 ? 'redis+kafka' : 'redis+3 kafka',
  async open(home, watch) {
    const ports = { redis: await freePort(), kafka: await freePorts(brokers) };
    const settings = { home: join(home, 'engines'), ports, kafkaCount: brokers, ...(kind && { kind }) };
    watch({ engines: settings });
    const all = createEngines(settings);
    await all.up(['redis', 'kafka']).catch(async (error) => {
      await all.wipe();
      throw error;
    });
    const proxy = await createTcpProxy(ports.redis);
    const redis = `redis://127.0.0.1:${proxy.port}?prefix=faults_`;
    const start = async (unit: Unit): Promise<number> => {
      await all.start(unit);
      return Date.now();
    };
    return {
      urls: { BUFFER_URL: redis, LOG_URL: `kafka://${all.urls.kafka}?prefix=faults_`, STATS_URL: redis },
      proxy,
      async withoutBuffer(during) {
        await all.stop('redis');
        await during();
        return start('redis');
      },
      engines: {
        kill: (unit) => all.kill(unit),
        start,
        async away(unit, ms) {
          await all.stop(unit);
          await sleep(ms);
          return start(unit);
        },
        async pause(unit, ms) {
          await all.pause(unit);
          await sleep(ms);
          await all.resume(unit);
          return Date.now();
        },
      },
      async close() {
        await proxy.close();
        await all.wipe();
      },
    };
  },
});
