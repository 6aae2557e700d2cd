import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { topics } from '@pushtech/event';
import type { Log } from '@pushtech/log';

export interface VisitorExport {
  visitor: string;
  /** `false`: there is more than one export may hold, or reading took too long. */
  complete: boolean;
  /** As they lie on the log. */
  events: unknown[];
}

interface Options {
  log: Log;
  visitor: string;
  maxEvents?: number;
  /** Default 30,000. */
  withinMs?: number;
}

const CHUNK = 1000;

const parse = (text: string): { visitor?: unknown } | undefined => {
  try {
    return JSON.parse(text) as { visitor?: unknown };
  } catch {
    return undefined;
  }
};

/** Everything the log still holds of one visitor id, oldest first within a partition. Reads the whole topic once. */
export const exportVisitor = async ({
  log,
  visitor,
  maxEvents = 10_000,
  withinMs = 30_000,
}: Options): Promise<VisitorExport> => {
  const deadline = performance.now() + withinMs;
  const mark = JSON.stringify(visitor);
  const events: unknown[] = [];

  for (const { partition, start, end } of await log.ranges(topics.events)) {
    for (let at = start; at < end; ) {
      if (performance.now() > deadline) return { visitor, complete: false, events };
      const { records, next } = await log.read(topics.events, partition, at, CHUNK);
      for (const { value } of records) {
        const event = value.includes(mark) ? parse(value) : undefined;
        if (event?.visitor !== visitor) continue;
        if (events.length === maxEvents) return { visitor, complete: false, events };
        events.push(event);
      }
      if (next <= at) break;
      at = next;
      await yieldToOthers();
    }
  }
  return { visitor, complete: true, events };
};
