import type { Erasures } from '@pushtech/log';
import { drop, type Step } from '../draft.ts';

/** The step, and the reason of what it drops. */
export const ERASED = 'erased';

/** Whom to forget; nobody in a system without erasures. */
export type Forgotten = Pick<Erasures, 'has'>;

export const nobodyForgotten: Forgotten = { has: () => false };

/** erased: drops what came in before its visitor was erased; on the log it would lie for days. */
export const dropErased = (forgotten: Forgotten): Step => ({
  name: ERASED,
  run({ event, hit }) {
    if (event.visitor === undefined || !forgotten.has(event.visitor, hit.receivedAt)) return undefined;
    return drop(ERASED, 'it came in before its visitor was erased');
  },
});
