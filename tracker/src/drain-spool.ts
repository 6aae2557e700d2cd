import { isPushtechError } from '@pushtech/event';
import { createPace } from './catch-up-pace.ts';
import type { Spool, SpoolRecord } from './spool/spool.ts';

export interface DrainDeps {
  spool: Spool;
  /** `true` once the buffer has it durably, else what it said. */
  append: (text: string) => Promise<true | Error>;
  isDown: () => boolean;
  warn: (facts: object, sentence: string) => void;
}

/** Brings what lies in the spool to the buffer, oldest first, at a limited rate. */
export const createDrain = ({ spool, append, isDown, warn }: DrainDeps) => {
  const pace = createPace();
  const counts = { drained: 0, refused: 0 };
  /** Taken from the spool and not in the buffer yet. */
  const held: SpoolRecord[] = [];

  /** What the buffer will never take must not hold up all that comes after it. */
  const refusedForGood = (text: string, answer: true | Error): boolean => {
    if (!isPushtechError(answer) || answer.kind !== 'dead') return false;
    counts.refused += 1;
    warn({ err: answer, begin: text.slice(0, 200) }, 'A batch is lost: the buffer refuses it for good.');
    return true;
  };

  const drainOne = async (record: SpoolRecord): Promise<boolean> => {
    const answer = await append(record.text);
    if (answer === true) counts.drained += 1;
    else if (!refusedForGood(record.text, answer)) return false;
    record.done();
    return true;
  };

  /** Several at a time, as they share the buffer's fsync or round trip; one while nobody knows whether it answers. */
  const nextGroup = async (): Promise<SpoolRecord[]> => {
    const wanted = isDown() && !pace.answered() ? { records: 1, bytes: 1 } : pace.wanted();
    const group: SpoolRecord[] = [];
    for (let bytes = 0; group.length < wanted.records && bytes < wanted.bytes; ) {
      const record = held.shift() ?? (await spool.next());
      if (!record) break;
      group.push(record);
      bytes += record.bytes;
    }
    return group;
  };

  return {
    counts,
    /** Counts and names it, if so. */
    refusedForGood,
    hasWork: (): boolean => held.length > 0 || spool.hasRecords(),
    /** The next few, and the rest that the rate asks for. @returns false when it is better to wait before the next */
    async some(): Promise<boolean> {
      const group = await nextGroup();
      if (group.length === 0) return false;
      const began = performance.now();
      const drained = await Promise.all(group.map(drainOne));
      const again = group.filter((_, index) => !drained[index]);
      held.unshift(...again);
      await pace.rest({
        ok: again.length === 0,
        records: group.length,
        bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
        ms: performance.now() - began,
      });
      return again.length === 0;
    },
  };
};
