import type { DatabaseSync } from 'node:sqlite';

/** A group without members, on one topic. */
export interface Silent {
  group: string;
  topic: string;
  /** How far it came. */
  committed: number | null;
}

/** Groups: who works on which topic, and how far it has come. All but the reads belong into a transaction. */
export const createGroups = (db: DatabaseSync, prefix: string, clock: () => number) => {
  const table = `${prefix}log_groups`;
  const find = db.prepare(
    `SELECT position, generation, leaseUntil FROM ${table} WHERE name = ? AND topic = ?`,
  );
  const slowest = db.prepare(
    `SELECT min(ifnull(position, 0)) AS position, count(*) AS groups FROM ${table} WHERE topic = ?`,
  );
  const take = db.prepare(
    `INSERT INTO ${table} (name, topic, owner, generation, leaseUntil, seenAt) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (name, topic) DO UPDATE
     SET owner = excluded.owner, generation = excluded.generation, leaseUntil = excluded.leaseUntil, seenAt = excluded.seenAt`,
  );
  const renew = db.prepare(
    `UPDATE ${table} SET position = ifnull(?, position), leaseUntil = ?, seenAt = ?
     WHERE name = ? AND topic = ? AND generation = ?`,
  );

  const silent = db.prepare(
    `SELECT name AS "group", topic, position AS committed FROM ${table} WHERE seenAt < ? AND leaseUntil <= ?`,
  );
  const forget = db.prepare(`DELETE FROM ${table} WHERE name = ? AND topic = ? AND seenAt < ?`);

  const committed = (group: string, topic: string): number | undefined =>
    (find.get(group, topic)?.position ?? undefined) as number | undefined;

  return {
    committed,

    /** Whether the topic may be taken: nobody holds it, or its holder is silent for too long. */
    isFree(group: string, topic: string, now: number): boolean {
      const row = find.get(group, topic);
      return !row || (row.leaseUntil as number) <= now;
    },

    /** Takes the topic over from whoever had it. Answers the generation, which rises so that a former owner is known. */
    take(group: string, topic: string, owner: string, leaseUntil: number): number {
      const generation = ((find.get(group, topic)?.generation as number | undefined) ?? 0) + 1;
      take.run(group, topic, owner, generation, leaseUntil, clock());
      return generation;
    },

    /** Commits a position, where one is given, and holds on until `leaseUntil` (0 = leaves). `false`: it is another's. */
    renew(
      group: string,
      topic: string,
      generation: number,
      position: number | undefined,
      leaseUntil: number,
    ) {
      return Number(renew.run(position ?? null, leaseUntil, clock(), group, topic, generation).changes) === 1;
    },

    /** Groups that had no member on a topic since `before`. */
    silentSince: (before: number): Silent[] => silent.all(before, clock()) as unknown as Silent[],

    /** `false`: somebody has come meanwhile. */
    forget: ({ group, topic }: Silent, before: number): boolean =>
      Number(forget.run(group, topic, before).changes) === 1,

    /** How far the slowest group has come; infinitely far where there is no group. */
    slowest(topic: string): number {
      const row = slowest.get(topic);
      return row?.groups ? (row.position as number) : Number.POSITIVE_INFINITY;
    },
  };
};

export type Groups = ReturnType<typeof createGroups>;
