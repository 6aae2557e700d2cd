import type { DatabaseSync } from 'node:sqlite';
import { keyOf } from '../../keys.ts';
import type { Ledger, Seen } from '../../stats.ts';

/** What the duplicate window says of an id. Runs on the reader's thread. @param now epoch ms */
export const seen = (
  db: DatabaseSync,
  prefix: string,
  id: string,
  { window, now }: { window: Ledger['window']; now: number },
): Seen => {
  const p = `${prefix}stats_`;
  const newest = Number(db.prepare(`SELECT n FROM ${p}state WHERE name = 'seq'`).get()?.n ?? 0);
  const floor = newest - window.ids;
  const seconds = Math.floor(now / 1000);
  const oldest = seconds - window.days * 86_400;
  const row = db.prepare(`SELECT seq, at FROM ${p}ids WHERE id = ?`).get(keyOf(id));
  // All that is numbered later than a mark was counted, and so received, no earlier.
  const mark = db.prepare(`SELECT at FROM ${p}marks WHERE seq >= ? ORDER BY seq LIMIT 1`).get(floor);
  const begun = mark ? Number(mark.at) : seconds;
  const since = Math.max(oldest, begun === 0 ? 0 : begun + 1) * 1000;
  if (!row || Number(row.seq) <= floor || Number(row.at) < oldest) return { known: false, since };
  return { known: true, receivedAt: Number(row.at) * 1000, since };
};
