import { existsSync, rmSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Devices } from '@pushtech/device';
import type { Places } from '@pushtech/place';
import type { Logger } from '@pushtech/service';
import { openStats, type Stats } from '@pushtech/stats';
import type { Example } from '@pushtech/website/example';
import { goals, properties } from './goals.ts';
import { makeExample } from './make.ts';

export interface ExampleDeps {
  /** `DATA_DIR`. */
  dataDir: string;
  places: Places;
  devices: Devices;
  record: Logger;
  /** Epoch ms. */
  clock: () => number;
}

interface Making {
  progress: number;
  stop: AbortController;
  ended: Promise<void>;
}

/** Written last and removed first: without it what is there is half of something. */
const MARK = 'made.json';

const writeMark = async (folder: string, at: number): Promise<void> => {
  const file = await open(join(folder, `${MARK}.new`), 'w');
  await file.writeFile(JSON.stringify({ at }));
  await file.sync();
  await file.close();
  await rename(join(folder, `${MARK}.new`), join(folder, MARK));
};

/** Counters of their own in `DATA_DIR/example`: nothing of them is ever in the real ones. A half-made example is removed at the start. */
export const openExample = async (deps: ExampleDeps): Promise<Example & { close(): Promise<void> }> => {
  const folder = join(deps.dataDir, 'example');
  const marked = () => existsSync(join(folder, MARK));
  const openCounters = () =>
    openStats(`sqlite:${join(folder, 'stats.db')}`, { properties, clock: deps.clock });

  if (!marked()) rmSync(folder, { recursive: true, force: true });
  let stats: Stats | undefined = marked() ? await openCounters() : undefined;
  let making: Making | undefined;
  let closed = false;

  const clear = async (): Promise<void> => {
    await rm(join(folder, MARK), { force: true });
    await rm(folder, { recursive: true, force: true });
  };

  const make = async (state: Making): Promise<void> => {
    await clear();
    await mkdir(folder, { recursive: true });
    const counters = await openCounters();
    try {
      await makeExample({
        ...{ ...deps, stats: counters, now: deps.clock(), signal: state.stop.signal },
        done: (share) => {
          state.progress = share;
        },
      });
      await writeMark(folder, deps.clock());
      stats = counters;
    } catch (error) {
      await counters.close();
      await clear();
      if (!state.stop.signal.aborted) throw error;
    }
  };

  const begin = (): Making => {
    const state: Making = { progress: 0, stop: new AbortController(), ended: Promise.resolve() };
    making = state;
    state.ended = make(state).finally(() => {
      making = undefined;
    });
    return state;
  };

  const stopMaking = async (): Promise<void> => {
    making?.stop.abort();
    await making?.ended.catch(() => {});
  };

  const closeCounters = async (): Promise<void> => {
    const open = stats;
    stats = undefined;
    await open?.close();
  };

  return {
    goals,
    properties,
    stats: () => stats,
    progress: () => making?.progress,
    async show() {
      if (closed || stats) return;
      await (making ?? begin()).ended;
    },
    async remove() {
      await stopMaking();
      await rm(join(folder, MARK), { force: true });
      await closeCounters();
      await clear();
    },
    async close() {
      closed = true;
      await stopMaking();
      await closeCounters();
    },
  };
};
