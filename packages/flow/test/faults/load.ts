import { once } from 'node:events';
import { join } from 'node:path';
import { endChild, startChild } from './child.ts';
import type { FromLoad, Outcome, Shape, ToLoad } from './outcome.ts';

export const defaultShape: Shape = { pixels: 200, senders: 3, items: 30, pauseMs: 30 };

/** Everything the load did: the ledger in memory; the same lines are in its file. */
export interface Load {
  sent: Set<string>;
  /** By id, the last word about it. */
  posts: Map<string, Outcome>;
  pixels: Outcome[];
  controls: Outcome[];
  /** Tries that were cut off or refused for now. */
  failedPosts: Outcome[];
  file: string;
  start(shape?: Partial<Shape>): void;
  /** Resolves when every request has had its answer, or was given up. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export const createLoad = async (options: {
  seed: number;
  targets: string[];
  home: string;
}): Promise<Load> => {
  const control = startChild('./control-process.ts');
  const [url] = (await once(control, 'message')) as [string];
  const file = join(options.home, 'ledger.jsonl');
  const child = startChild('./load-process.ts', { ...options, control: url, file });
  const say = (message: ToLoad): boolean => child.send(message);
  const load = {
    sent: new Set<string>(),
    posts: new Map<string, Outcome>(),
    pixels: [] as Outcome[],
    controls: [] as Outcome[],
    failedPosts: [] as Outcome[],
    file,
  };
  let stopped = Promise.withResolvers<void>();

  const takeIn = (outcome: Outcome): void => {
    if (outcome.kind === 'post') load.posts.set(outcome.id, outcome);
    if (outcome.kind === 'post' && outcome.outcome === 'unknown') load.failedPosts.push(outcome);
    if (outcome.kind === 'post') return;
    (outcome.kind === 'pixel' ? load.pixels : load.controls).push(outcome);
  };
  child.on('message', (message: FromLoad) => {
    if ('sent' in message) for (const id of message.sent) load.sent.add(id);
    else if ('outcomes' in message) message.outcomes.forEach(takeIn);
    else stopped.resolve();
  });
  child.on('exit', (code) => stopped.reject(new Error(`the load ended with ${code}`)));
  stopped.promise.catch(() => {});

  return {
    ...load,
    start: (shape = {}) => void say({ do: 'start', shape: { ...defaultShape, ...shape } }),
    async stop() {
      stopped = Promise.withResolvers();
      say({ do: 'stop' });
      await stopped.promise;
    },
    async close() {
      stopped.promise.catch(() => {});
      await endChild(child);
      await endChild(control);
    },
  };
};
