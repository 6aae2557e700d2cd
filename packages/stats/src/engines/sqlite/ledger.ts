import type { DatabaseSync } from 'node:sqlite';
import { MINUTE } from './schema.ts';

export interface LedgerRow {
  minute: number;
  run: string;
  received: number;
  redelivered: number;
  counted: number;
  duplicates: number;
  dead: number;
  drops: Map<string, number>;
}

/** The books, kept by minute of receipt and label of the import (`''` = none). */
export const createLedger = (db: DatabaseSync, prefix: string) => {
  const p = `${prefix}stats_`;
  const add = db.prepare(
    `INSERT INTO ${p}ledger VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
       received = received + excluded.received, redelivered = redelivered + excluded.redelivered,
       counted = counted + excluded.counted, duplicates = duplicates + excluded.duplicates, dead = dead + excluded.dead`,
  );
  const addDrops = db.prepare(
    `INSERT INTO ${p}drops VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n`,
  );
  const byRun = new Map<string, Map<number, LedgerRow>>();
  let last: LedgerRow | undefined;

  const find = (minute: number, run: string): LedgerRow => {
    const minutes = byRun.get(run) ?? new Map<number, LedgerRow>();
    byRun.set(run, minutes);
    const found = minutes.get(minute);
    if (found) return found;
    const row = {
      minute,
      run,
      received: 0,
      redelivered: 0,
      counted: 0,
      duplicates: 0,
      dead: 0,
      drops: new Map<string, number>(),
    };
    minutes.set(minute, row);
    return row;
  };

  const write = (row: LedgerRow): void => {
    const { minute, run } = row;
    if (row.received + row.redelivered + row.counted + row.duplicates + row.dead > 0) {
      add.run(minute, run, row.received, row.redelivered, row.counted, row.duplicates, row.dead);
    }
    for (const [reason, n] of row.drops) addDrops.run(minute, run, reason, n);
  };

  return {
    /** @param at epoch ms of receipt */
    row(at: number, run: string | undefined): LedgerRow {
      const minute = Math.floor(at / MINUTE);
      const label = run ?? '';
      if (last?.minute !== minute || last.run !== label) last = find(minute, label);
      return last;
    },
    flush(): void {
      for (const minutes of byRun.values()) for (const row of minutes.values()) write(row);
      byRun.clear();
      last = undefined;
    },
    reset(): void {
      byRun.clear();
      last = undefined;
    },
  };
};

export type LedgerBook = ReturnType<typeof createLedger>;
