import type { Devices } from '@pushtech/device';
import { HEARTBEAT } from '@pushtech/event';
import type { Step } from '../draft.ts';

/** bot: says why a sender is taken for a program. Flags only: what bots do stays on the log. */
export const flagBot = (devices: Devices): Step => ({
  name: 'bot',
  run({ agent, hit, event }) {
    // A program for sure, but one of ours: who asks for heartbeats should find them.
    if (hit.run === HEARTBEAT) return undefined;
    const { botReasons } = devices.read(agent, hit.via === 'import' ? undefined : hit.hints);
    if (!botReasons && !hit.prefetch) return undefined;
    event.bot = { reasons: [...(botReasons ?? []), ...(hit.prefetch ? ['prefetch'] : [])] };
    return undefined;
  },
});
