import type { DropRecord } from './records.ts';

/** What all drops of one tally share. `receivedAt`: epoch ms. */
export interface Drop {
  receivedAt: number;
  reason: string;
  step: string;
  n: number;
  run?: string | undefined;
}

/** What only a drop that is recorded by itself can say. */
export type DropFacts = { [Fact in 'id' | 'type' | 'site' | 'field']?: string | undefined };

/** The drops of one buffer entry. */
export interface EntryDrops {
  /** @returns true when it stands in `records` by itself or begins a tally there; else it was added to one */
  add(drop: Drop, facts: DropFacts): boolean;
  /** In the order in which they were begun. */
  records: DropRecord[];
}

const MINUTE = 60_000;

/**
 * Drops are recorded one by one up to `perSecond` by the clock (epoch ms), beyond that as numbers per reason, step, minute
 * of receipt and run. A tally stays within its entry: it goes to the log together with it, or not at all.
 */
export const createDropTally = (clock: () => number, perSecond = 100) => {
  let second = 0;
  let recorded = 0;

  const mayRecord = (): boolean => {
    const now = Math.floor(clock() / 1000);
    if (now !== second) {
      second = now;
      recorded = 0;
    }
    recorded += 1;
    return recorded <= perSecond;
  };

  const recordOf = ({ reason, step, n, run }: Drop, at: number, facts: DropFacts): DropRecord => {
    const record: DropRecord = { at: new Date(at).toISOString(), reason, step, n };
    if (facts.id !== undefined) record.id = facts.id;
    if (facts.type !== undefined) record.type = facts.type;
    if (facts.site !== undefined) record.site = facts.site;
    if (facts.field !== undefined) record.field = facts.field;
    if (run !== undefined) record.run = run;
    return record;
  };

  return {
    /** For the next entry. */
    begin(): EntryDrops {
      const records: DropRecord[] = [];
      const tallies = new Map<string, DropRecord>();

      const tally = (drop: Drop): boolean => {
        const minute = drop.receivedAt - (drop.receivedAt % MINUTE);
        const key = `${drop.reason} ${drop.step} ${minute} ${drop.run ?? ''}`;
        const begun = tallies.get(key);
        if (begun) {
          begun.n += drop.n;
          return false;
        }
        const record = recordOf(drop, minute, {});
        tallies.set(key, record);
        records.push(record);
        return true;
      };

      return {
        records,
        add(drop, facts) {
          if (!mayRecord()) return tally(drop);
          records.push(recordOf(drop, drop.receivedAt, facts));
          return true;
        },
      };
    },
  };
};

export type DropTally = ReturnType<typeof createDropTally>;
