import type { ClientHints, Device } from '@pushtech/event';

/** What a user agent is. Frozen: the answer is shared between callers. */
export interface Agent {
  device?: Device;
  /** Why it is taken for a bot, e.g. `agent:Googlebot`; `undefined` when it is not. */
  botReasons?: readonly string[];
}

export interface Devices {
  /** Synchronous and cached by agent (cut at 512 characters) and hints; never throws. */
  read(userAgent: string | undefined, hints?: ClientHints): Agent;
}

export declare const createDevices: (options?: { cacheSize?: number }) => Devices;
