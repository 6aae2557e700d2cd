import { createDropTally, type DropRecord } from '@pushtech/event';
import type { Draft } from './draft.ts';

/** Drops of one entry while it is worked on. */
export interface EntryDrops {
  add(draft: Draft, reason: string, step: string, index: number): void;
  /** One record each, or a tally; `index` is the line of it, or of the first in a tally. */
  end(): { record: DropRecord; index: number }[];
}

export interface DropPolicy {
  begin(): EntryDrops;
}

/** The rule that all share (`packages/event/src/drop-tally.ts`), with the line that each record comes from. */
export const createDropPolicy = (clock: () => number, perSecond = 100): DropPolicy => {
  const tally = createDropTally(clock, perSecond);
  return {
    begin() {
      const drops = tally.begin();
      const indexes: number[] = [];
      return {
        add({ hit, event }, reason, step, index) {
          const drop = { receivedAt: hit.receivedAt, reason, step, n: 1, run: hit.run };
          if (drops.add(drop, { id: event.id ?? hit.id, type: hit.type, site: event.site })) {
            indexes.push(index);
          }
        },
        end: () => drops.records.map((record, at) => ({ record, index: indexes[at] as number })),
      };
    },
  };
};
