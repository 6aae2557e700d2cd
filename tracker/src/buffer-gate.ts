import type { Buffer as HitBuffer } from '@pushtech/buffer';
import { appendInTime } from './append-in-time.ts';

/** A buffer that has not answered by then is away: the batch goes to the spool. */
const ANSWER_MS = 200;
/** While something is caught up, no hit waits for it: the buffer may take longer. */
const CATCH_UP_MS = 2000;

export interface GateDeps {
  buffer: HitBuffer;
  /** Told when the buffer stops answering, and when it answers again. */
  warn: (facts: object, sentence: string) => void;
}

/** The way to the buffer, and whether it is open: learnt from each append that goes through. */
export const createGate = ({ buffer, warn }: GateDeps) => {
  let down: string | undefined;

  const append = async (body: string, durable: boolean, withinMs: number): Promise<true | Error> => {
    const appended = await appendInTime(buffer, body, durable, withinMs);
    if (!appended.ok) {
      const { error } = appended;
      if (down === undefined) warn({ err: error }, 'The buffer takes no hits; they go to the spool.');
      down = error.message;
      return error;
    }
    // One that answers slowly gets what it can take from the spool; live hits would only pile up before it.
    if (down !== undefined && appended.ms < ANSWER_MS) {
      warn({}, 'The buffer takes hits again.');
      down = undefined;
    }
    return true;
  };

  return {
    /** Why the buffer takes no hits. */
    problem: (): string | undefined => down,
    isOpen: (): boolean => down === undefined,
    /** `true` once the buffer has it, else what it said. */
    live: (body: string, durable: boolean) => append(body, durable, ANSWER_MS),
    /** The same for what comes later than live, and may find out that the buffer is back. */
    late: (body: string, durable: boolean) => append(body, durable, CATCH_UP_MS),
  };
};
