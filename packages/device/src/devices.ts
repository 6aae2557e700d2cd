import { type ClientHints, type Device, limits } from '@pushtech/event';
import { readHints } from './client-hints.ts';
import { findBot } from './find-bot.ts';
import { readDevice } from './read-device.ts';

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

/** Some servers log, and some programs send, agents with `+` for each space. */
const tidy = (userAgent: string): string => {
  const agent = userAgent.slice(0, limits.userAgentLength).trim();
  return agent.includes('+(') && !agent.includes(' ') ? agent.replaceAll('+', ' ') : agent;
};

const look = (userAgent: string, hints: ClientHints | undefined): Agent => {
  const text = tidy(userAgent);
  const told = hints && readHints(hints);
  const answer: Agent = {};
  const device = readDevice(text, told);
  if (device) answer.device = device;
  const botReasons = findBot(text) ?? told?.botReasons;
  if (botReasons) answer.botReasons = Object.freeze(botReasons);
  return Object.freeze(answer);
};

const HINT_LENGTH = 256;

const keyOf = (agent: string, hints: ClientHints | undefined): string => {
  const cut = agent.length > limits.userAgentLength ? agent.slice(0, limits.userAgentLength) : agent;
  if (!hints) return cut;
  const { brands = '', mobile = '', platform = '', platformVersion = '', model = '' } = hints;
  if (brands.length + platform.length + platformVersion.length + model.length > HINT_LENGTH * 4) return cut;
  return `${cut}\n${brands}\n${mobile}\n${platform}\n${platformVersion}\n${model}`;
};

/** Patterns are compiled when they are first tried: better at start (20 ms) than while the first visitor's hit waits. */
const warmUp = (): void => {
  for (let i = 0; i < 2; i++) look('-', undefined);
};

/** @param options.cacheSize answers remembered; the cache starts afresh when it is full */
export const createDevices = ({ cacheSize = 10_000 }: { cacheSize?: number } = {}): Devices => {
  const cache = new Map<string, Agent>();
  warmUp();
  return {
    read(userAgent = '', hints) {
      const key = keyOf(userAgent, hints);
      const known = cache.get(key);
      if (known) return known;
      const agent = look(userAgent, key.includes('\n') ? hints : undefined);
      if (cache.size >= cacheSize) cache.clear();
      cache.set(key, agent);
      return agent;
    },
  };
};
