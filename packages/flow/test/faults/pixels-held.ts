import type { Load } from './load.ts';
import type { Outcome } from './outcome.ts';
import { percentile } from './percentile.ts';
import type { Away, ServiceProcess } from './service-process.ts';

/** DESIGN §5: what a pixel may take, in ms, at p99.9. */
const PIXEL_MS = 100;
/** DESIGN §5: what kill -9 may lose, in ms before it. */
const LOSS_MS = 20;
/** So late the test may hear of a death; the load's broken connections tell sooner. */
const HEARD_LATE_MS = 250;

/** What the load sends to: a tracker, or something before several that no fault excuses. */
export type Targets = readonly (ServiceProcess | undefined)[];

/** A request under way when its tracker died or stood still is no failure of a tracker that works. */
const isExcused = ({ at, ms }: Outcome, away: readonly Away[]): boolean =>
  away.some(({ from, to }) => at <= to && at + ms >= from - HEARD_LATE_MS);

export interface PixelFigures {
  sent: number;
  failed: Outcome[];
  p999: number;
  /** The same of a server that does nothing. */
  machineP999: number;
}

/** From and to, in epoch ms. */
export type Span = readonly [number, number];

const within = (spans: readonly Span[]) => (outcome: Outcome) =>
  spans.some(([from, to]) => outcome.at >= from && outcome.at <= to);

/** What trackers that were neither down nor paused did with their pixels within some spans. */
export const pixelFigures = (load: Load, targets: Targets, spans: readonly Span[]): PixelFigures => {
  const sent = load.pixels.filter(within(spans));
  const held = sent.filter((pixel) => !isExcused(pixel, targets[pixel.target]?.away ?? []));
  const delays = held.filter(({ outcome }) => outcome !== 'unknown').map(({ ms }) => ms);
  const controls = load.controls.filter(within(spans)).map(({ ms }) => ms);
  return {
    sent: sent.length,
    failed: held.filter(({ outcome }) => outcome === 'unknown'),
    p999: percentile(delays, 0.999),
    machineP999: percentile(controls, 0.999),
  };
};

/** I8: every pixel of a tracker that runs is answered. */
export const failedPixels = ({ failed }: PixelFigures): string[] =>
  failed.length === 0
    ? []
    : [`I8: ${failed.length} pixels failed on trackers that ran, e.g. ${JSON.stringify(failed[0])}`];

/** I8: and in time. What a server without any work of its own takes at the same moments is the machine's share. */
export const slowPixels = ({ p999, machineP999 }: PixelFigures): string[] =>
  p999 - machineP999 < PIXEL_MS
    ? []
    : [`I8: pixels took ${p999.toFixed(0)} ms at p99.9 (a bare server ${machineP999.toFixed(0)} ms)`];

/**
 * Tells pixels that were answered so shortly before their tracker was killed that their micro-batch may be gone.
 * @param machineMs by how much an answer may have come late
 */
export const lossWindows = (load: Load, targets: Targets, machineMs: number) => {
  const failed = load.pixels.filter(({ outcome }) => outcome === 'unknown');
  const windows = targets.map((service, index) =>
    (service?.away ?? [])
      .filter(({ why }) => why === 'killed')
      .map(({ from, to }) => {
        const broken = failed
          .filter(({ target }) => target === index)
          .map(({ at, ms }) => at + ms)
          .filter((ended) => ended >= from - HEARD_LATE_MS && ended <= from);
        return { from: Math.min(from, ...broken) - LOSS_MS - machineMs, to };
      }),
  );
  return ({ at, ms, target }: Outcome): boolean =>
    (windows[target] ?? []).some(({ from, to }) => at + ms >= from && at <= to);
};
