import type { DropRecord } from '@pushtech/event';
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

const MINUTE = 60_000;

const singleRecord = ({ hit, event }: Draft, reason: string, step: string): DropRecord => {
  const record: DropRecord = {
    at: new Date(hit.receivedAt).toISOString(),
    reason,
    step,
    n: 1,
    id: event.id ?? hit.id,
    type: hit.type,
  };
  if (event.site !== undefined) record.site = event.site;
  if (hit.run !== undefined) record.run = hit.run;
  return record;
};

/**
 * Drops are recorded one by one up to `perSecond` by the clock, beyond that as numbers per reason, minute of receipt and run.
 * A tally stays within its entry: it goes to the log together with it, or not at all.
 */
export const createDropPolicy = (clock: () => number, perSecond = 100): DropPolicy => {
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

  return {
    begin() {
      const singles: { record: DropRecord; index: number }[] = [];
      const tallies = new Map<string, { record: DropRecord; index: number }>();
      return {
        add(draft, reason, step, index) {
          if (mayRecord()) {
            singles.push({ record: singleRecord(draft, reason, step), index });
            return;
          }
          const { receivedAt, run } = draft.hit;
          const minute = receivedAt - (receivedAt % MINUTE);
          const key = `${reason} ${minute} ${run ?? ''}`;
          const tally = tallies.get(key);
          if (tally) {
            tally.record.n += 1;
            return;
          }
          const record: DropRecord = { at: new Date(minute).toISOString(), reason, step, n: 1 };
          if (run !== undefined) record.run = run;
          tallies.set(key, { record, index });
        },
        end: () => [...singles, ...tallies.values()],
      };
    },
  };
};
