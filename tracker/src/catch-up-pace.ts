import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How fast a backlog goes to the buffer: some five times what busy sites send, and little enough that live hits, which go
 * the same way, do not have to wait.
 */
const RECORDS_PER_S = 1000;
const BYTES_PER_S = 32 * 1024 * 1024;
/** Records under way at a time: more where the buffer takes its time to answer. */
const GROUP = [8, 64] as const;
const GROUP_BYTES = 1024 * 1024;
const SLOW_MS = 50;

export interface Round {
  ok: boolean;
  records: number;
  bytes: number;
  ms: number;
}

/** @param restFor for tests: waits for so many ms */
export const createPace = (restFor: (ms: number) => Promise<unknown> = sleep) => {
  let records: number = GROUP[0];
  let answered = false;
  return {
    /** True when the last round went well. */
    answered: () => answered,
    /** The most that the next round may take; the last record may go beyond the bytes. */
    wanted: () => ({ records, bytes: GROUP_BYTES }),
    /** Waits as long as keeps the rate. */
    async rest(round: Round): Promise<void> {
      answered = round.ok;
      records = round.ok && round.ms > SLOW_MS ? Math.min(records * 2, GROUP[1]) : GROUP[0];
      const due = Math.max(round.records / RECORDS_PER_S, round.bytes / BYTES_PER_S) * 1000;
      await restFor(Math.max(1, due - round.ms));
    },
  };
};
