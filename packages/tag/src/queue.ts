import { timeOf } from './new-id.ts';
import { safely } from './safely.ts';
import type { Storage } from './storage.ts';

/** Bounds of what waits: events, UTF-16 units of their JSON, and age in ms (the tracker knows ids again for 7 days). */
const MOST = 200;
const MOST_TEXT = 131_072;
const OLDEST = 6 * 86_400_000;
/** Whoever is at work on an event may be so much late before another tab takes it up (ms). */
const GRACE = 2000;
/** While one tab sends an event, no other takes it up (ms). */
export const LEASE = 15_000;

export interface Waiting {
  id: string;
  text: string;
  /** Not to be sent again before (epoch ms). */
  until: number;
  /** On its way just now. */
  busy: boolean;
  /** Outlives the page. */
  kept: boolean;
}

const PLACE = 'q.';

/**
 * Events that nobody has confirmed yet, oldest first. Each lies under a key of its own, so that tabs never overwrite one
 * another; its value says until when one of them is at work on it.
 */
export const createQueue = (storage: Storage) => {
  const waiting = new Map<string, Waiting>();
  let lost = 0;

  const save = ({ id, text, until, kept }: Waiting): void =>
    storage.write(PLACE + id, `${until} ${text}`, kept);

  const remove = (id: string): void => {
    waiting.delete(id);
    storage.remove(PLACE + id);
  };

  const lose = (id: string): void => {
    lost++;
    remove(id);
  };

  /** Makes room: the newest stay, and the very newest does however large it is. */
  const bound = (): void => {
    let size = 0;
    for (const [index, name] of storage.names(PLACE).reverse().entries()) {
      size += storage.read(name)?.length ?? 0;
      if (index > 0 && (index >= MOST || size > MOST_TEXT)) lose(name.slice(PLACE.length));
    }
  };

  /** Takes up what earlier pages and closed tabs have left. */
  const adopt = (now: number): void => {
    for (const name of storage.names(PLACE)) {
      const id = name.slice(PLACE.length);
      const [, until, text = ''] = /^(\S+) (.*)/s.exec(storage.read(name) ?? '') ?? [];
      if (waiting.has(id) || Number(until) + GRACE > now) continue;
      if (safely(() => JSON.parse(text).id === id)())
        waiting.set(id, { id, text, until: 0, busy: false, kept: true });
      else lose(id);
    }
  };

  return {
    adopt,
    lose,
    remove,
    lost: (): number => lost,
    put(id: string, text: string, kept: boolean, now: number): void {
      const item = { id, text, until: now, busy: false, kept: kept && text.length < MOST_TEXT / 2 };
      waiting.set(id, item);
      save(item);
      bound();
    },
    /** Nobody sends it before then. @param busy it is on its way, and we shall hear of it */
    hold(item: Waiting, until: number, busy: boolean): void {
      item.busy = busy;
      item.until = until;
      if (waiting.has(item.id)) save(item);
    },
    /** From here on nothing of it lies in the browser's storage. */
    forget(now: number): void {
      adopt(now);
      for (const item of waiting.values()) {
        item.kept = false;
        save(item);
      }
    },
    /** Nothing has to wait for its next try. */
    rouse(): void {
      for (const item of waiting.values()) item.until = 0;
    },
    /** What may be sent now. @param leaving also what only this page knows of, whatever it should wait for */
    due(now: number, leaving: boolean): Waiting[] {
      for (const id of waiting.keys()) if (timeOf(id) < now - OLDEST) lose(id);
      return [...waiting.values()]
        .filter(({ busy, until, kept }) => !busy && (until <= now || (leaving && !kept)))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
};

export type Queue = ReturnType<typeof createQueue>;
