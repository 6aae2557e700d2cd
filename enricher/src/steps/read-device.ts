import type { Devices } from '@pushtech/device';
import type { Step } from '../draft.ts';

/** device: kind, maker, model, system and browser, from the user agent and the client hints. */
export const readDevice = (devices: Devices): Step => ({
  name: 'device',
  run({ agent, hit, event }) {
    event.device = devices.read(agent, hit.via === 'import' ? undefined : hit.hints).device;
    return undefined;
  },
});
