import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineSet, EngineUrls } from './engine-set.ts';
import { createLoad } from './load.ts';
import { followLogIds } from './log-ids.ts';
import type { Outcome, Shape } from './outcome.ts';
import {
  failedPixels,
  lossWindows,
  type PixelFigures,
  pixelFigures,
  type Span,
  slowPixels,
  type Targets,
} from './pixels-held.ts';
import { beginScenario, rounds, seed } from './scenario.ts';
import type { ServiceProcess } from './service-process.ts';
import { type Copies, startServices } from './services.ts';
import { createSettle, type Settled } from './settle.ts';
import { createWatchdog } from './watchdog.ts';

/** DESIGN §5 and the issue: within this time after its engine answers again, everything is worked off. */
const RECOVERY_MS = 30_000;
/** What a process of ours may hold in memory at the most, in MB, with heaps of 256 MB and without city data. */
const PEAK_MB = 450;

/** One line of the report. */
export interface Row {
  scenario: string;
  engines: string;
  seed: number;
  sent: number;
  acked: number;
  lost: number;
  double: number;
  recovery: number;
  p999: number;
  machine: number;
}

export interface RunOptions {
  on: EngineSet;
  copies: Copies;
  env?: Record<string, string>;
  /** Where the load goes when it does not go to the trackers themselves: an address before them all. */
  front?: (trackers: readonly ServiceProcess[]) => Promise<string>;
  shape?: Partial<Shape>;
  /** More for the buffer's URL. */
  bufferOptions?: string;
}

export type Fault = () => Promise<unknown>;

export interface RoundOptions {
  shape?: Partial<Shape>;
  /** How long the load goes on after the fault, in ms. */
  afterMs?: number;
}

export interface Round extends Row {
  /** Pixels that were answered, and told that they are not kept. */
  refused: Outcome[];
  /** Items of batches that were cut off or refused for now; their senders tried again. */
  failedPosts: Outcome[];
  /** What was wrong with the delays; `rounds` judges them together. */
  slow: string[];
  settled: Settled;
}

export type Run = Awaited<ReturnType<typeof startRun>>;

const withOption = (urls: EngineUrls, option: string): EngineUrls => ({
  ...urls,
  BUFFER_URL: `${urls.BUFFER_URL}${urls.BUFFER_URL.includes('?') ? '&' : '?'}${option}`,
});

/** A running system with its load, and rounds of faults in it. */
export const startRun = async ({ on, copies, env = {}, front, shape = {}, bufferOptions }: RunOptions) => {
  const home = mkdtempSync(join(tmpdir(), 'pushtech-faults-'));
  const watchdog = createWatchdog();
  const place = await on.open(home, watchdog.watch);
  const urls = bufferOptions ? withOption(place.urls, bufferOptions) : place.urls;
  const services = await startServices({
    home,
    engines: urls,
    copies: on.inOneProcess ? { flow: 1 } : copies,
    env,
    watch: watchdog.watch,
  }).catch(async (error) => {
    await place.close();
    throw error;
  });
  const trackers = () => services.of('tracker');
  const load = await createLoad({
    seed,
    home,
    targets: front ? [await front(trackers())] : trackers().map(({ url }) => url),
  });
  const targets: Targets = front ? [undefined] : trackers();
  const logIds = await followLogIds(urls.LOG_URL);
  /** Ids that it put on the log in a form that nobody can count. */
  const poison = new Set<string>();
  const {
    settle,
    append,
    close: closeBuffer,
  } = await createSettle({ services, logIds, bufferUrl: urls.BUFFER_URL, poison });
  /** Ids that the test itself destroyed. */
  const damaged = new Set<string>();
  /** Ids that a scenario sends itself, past the load. */
  const alsoSent = new Set<string>();
  const spans: Span[] = [];
  let failed = false;
  console.log(
    `seed ${seed} (FAULTS_SEED=${seed} repeats this run); processes' logs and the ledger lie in ${home}`,
  );

  const isSent = (id: string): boolean =>
    load.sent.has(id) || alsoSent.has(id) || poison.has(id) || id.startsWith('unreadable-');

  /** Ids that must be there: acknowledged batches, and pixels but for those that a kill may have taken. */
  const mustBeThere = (machineMs: number) =>
    function* () {
      const mayBeLost = lossWindows(load, targets, machineMs);
      for (const { id, outcome } of load.posts.values()) if (outcome === 'ok' && !damaged.has(id)) yield id;
      for (const pixel of load.pixels)
        if (pixel.outcome === 'ok' && !damaged.has(pixel.id) && !mayBeLost(pixel)) yield pixel.id;
    };

  const invented = ({ events, dead }: Settled): string[] =>
    [...events.keys(), ...dead.keys()].filter((id) => !isSent(id));

  const memory = (): string[] => {
    for (const service of services.all()) service.look();
    return services
      .all()
      .filter((service) => service.peakMb() > PEAK_MB)
      .map((service) => `I6: ${service.name} held ${service.peakMb().toFixed(0)} MB`);
  };

  const report = (
    scenario: string,
    settled: Settled | undefined,
    pixels: PixelFigures,
    recovery: number,
  ): Row => {
    const acked = [...mustBeThere(pixels.machineP999)()];
    const there = (id: string) => settled?.events.has(id) || settled?.dead.has(id);
    return {
      scenario,
      engines: on.name,
      seed,
      sent: load.sent.size,
      acked: acked.length,
      lost: settled ? acked.filter((id) => !there(id)).length : Number.NaN,
      double: (settled?.counted ?? Number.NaN) - (settled?.countable ?? Number.NaN),
      recovery: Math.round(recovery / 100) / 10,
      p999: Math.round(pixels.p999),
      machine: Math.round(pixels.machineP999),
    };
  };

  const fail = (scenario: string, problems: readonly string[]): void => {
    if (problems.length === 0) return;
    failed = true;
    throw new Error(`${scenario}, seed ${seed}, see ${home}:\n  ${problems.join('\n  ')}`);
  };

  /**
   * One round: load, the fault in the middle of it, the load's end, and then everything must add up.
   * @param fault resolves when all engines answer again; with a number, that is the epoch ms of that moment
   */
  const round = async (scenario: string, fault: Fault, options: RoundOptions = {}): Promise<Round> => {
    const since = Date.now();
    load.start({ ...shape, ...options.shape });
    let answered: number;
    try {
      await sleep(700);
      const at = await fault();
      answered = typeof at === 'number' ? at : Date.now();
      await sleep(options.afterMs ?? 700);
    } finally {
      await load.stop();
    }
    const span: Span = [since, Date.now()];
    spans.push(span);
    const pixels = pixelFigures(load, targets, [span]);
    const { open, settled } = await settle(
      mustBeThere(pixels.machineP999),
      RECOVERY_MS - (Date.now() - answered),
    );
    const row = report(scenario, settled, pixels, Date.now() - answered);
    console.log(JSON.stringify(row));
    fail(scenario, [
      ...open.map((what) => `after ${RECOVERY_MS / 1000} s (I7): ${what}`),
      ...(settled ? invented(settled).slice(0, 3) : []).map((id) => `I2: ${id} was never sent`),
      ...failedPixels(pixels),
      ...memory(),
    ]);
    const refused = load.pixels.filter(({ at, outcome }) => at >= since && outcome === 'refused');
    const failedPosts = load.failedPosts.filter(({ at }) => at >= since);
    return { ...row, refused, failedPosts, slow: slowPixels(pixels), settled: settled as Settled };
  };

  return {
    services,
    trackers,
    load,
    home,
    ...place,
    logIds,
    /** Puts an entry into the buffer as if it were a tracker's. */
    append,
    alsoSent,
    poison,
    damaged,
    round,
    /**
     * The same fault several times; the delays of all its pixels are judged together. Other work on the machine only adds to
     * a delay: when they were too long, it is all done once more.
     */
    async rounds(
      scenario: string,
      fault: Fault,
      options: RoundOptions & { times?: number } = {},
    ): Promise<void> {
      beginScenario(scenario);
      const once = async (): Promise<string[]> => {
        const before = spans.length;
        for (let n = 0; n < (options.times ?? rounds); n++) await round(scenario, fault, options);
        return slowPixels(pixelFigures(load, targets, spans.slice(before)));
      };
      const slow = await once();
      if (slow.length === 0) return;
      console.log(`${scenario}: ${slow.join()}; once more`);
      fail(scenario, await once());
    },
    async close(): Promise<void> {
      await load.close();
      await services.close();
      await closeBuffer();
      await logIds.close();
      await place.close();
      await watchdog.close();
      if (!failed) rmSync(home, { recursive: true, force: true });
    },
  };
};
