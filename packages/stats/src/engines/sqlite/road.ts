import type { DatabaseSync } from 'node:sqlite';
import { ROAD_AT, ROAD_DELAY } from './schema.ts';

/** How long the newest heartbeat took from its receipt to its count. */
export const createRoad = (db: DatabaseSync, prefix: string) => {
  const table = `${prefix}stats_state`;
  const read = db.prepare(`SELECT n FROM ${table} WHERE name = ?`);
  const write = db.prepare(
    `INSERT INTO ${table} VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = excluded.n`,
  );
  let newest: number | undefined;

  return {
    /** @param receivedAt of a heartbeat that was counted, epoch ms */
    beat(receivedAt: number): void {
      newest = Math.max(newest ?? receivedAt, receivedAt);
    },
    /** @param now epoch ms */
    flush(now: number): void {
      if (newest !== undefined && newest > Number(read.get(ROAD_AT)?.n ?? Number.NEGATIVE_INFINITY)) {
        write.run(ROAD_AT, newest);
        write.run(ROAD_DELAY, now - newest);
      }
      newest = undefined;
    },
    reset(): void {
      newest = undefined;
    },
  };
};
