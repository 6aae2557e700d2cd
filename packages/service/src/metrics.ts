import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import pack from '../package.json' with { type: 'json' };

/** A value with its labels. */
export type Labelled = [labels: Record<string, string>, value: number];

/** Prometheus metrics of one process. Names: `pushtech_<service>_<noun>_<unit>_total`. */
export interface Metrics {
  registry: Registry;
  /**
   * A counter whose values are read when somebody looks: hot paths only add to a number of their own. `known` are values of
   * the label that show from the start: Prometheus sees no rise in what comes out of nowhere.
   */
  counted(
    name: string,
    help: string,
    read: () => number | Iterable<[label: string, value: number]>,
    label?: string,
    known?: readonly string[],
  ): void;
  /** `undefined` = nothing to show just now. A reading that fails shows nothing, and the others still come. */
  gauge(name: string, help: string, read: () => number | undefined | Promise<number | undefined>): void;
  /** A gauge with a value per set of labels. */
  gauges(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => Promise<Iterable<Labelled>> | Iterable<Labelled>,
  ): void;
  /** @returns takes one observation; call it per batch, not per event */
  histogram(name: string, help: string, buckets: number[]): (value: number) => void;
}

/** An engine that hangs must not take the other metrics along. */
const READ_MS = 2000;

const readInTime = async <T>(read: () => T | Promise<T>): Promise<T | undefined> => {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), READ_MS);
  try {
    return await Promise.race([read(), late.promise]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
};

/** Bytes that this process may use: what its container allows, else what the machine has. */
const memoryLimit = (): number => {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
};

const showProcess = (metrics: Metrics): void => {
  metrics.gauges('pushtech_build_info', 'Always 1; the label says which version runs.', ['version'], () => [
    [{ version: pack.version }, 1],
  ]);
  metrics.gauge(
    'pushtech_memory_limit_bytes',
    'What the container allows, else what the machine has.',
    memoryLimit,
  );
  metrics.gauge(
    'pushtech_heap_limit_bytes',
    'What the JavaScript heap may grow to.',
    () => getHeapStatistics().heap_size_limit,
  );
};

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  // By default the event loop is woken every 10 ms to measure its delay, which is half of what an idle process costs.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  const metrics: Metrics = {
    registry,
    counted(name, help, read, label, known = []) {
      new Counter({
        name,
        help,
        registers,
        labelNames: label ? [label] : [],
        collect() {
          this.reset();
          const values = read();
          if (typeof values === 'number') this.inc(values);
          else
            for (const [value, n] of [...known.map((one) => [one, 0] as const), ...values])
              this.inc({ [label ?? 'reason']: value }, n);
        },
      });
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          // Not 0: an operator must be able to tell "nothing waits" from "nobody knows".
          this.set((await readInTime(read)) ?? Number.NaN);
        },
      });
    },
    gauges(name, help, labels, read) {
      new Gauge({
        name,
        help,
        registers,
        labelNames: [...labels],
        async collect() {
          this.reset();
          for (const [names, value] of (await readInTime(read)) ?? []) this.set(names, value);
        },
      });
    },
    histogram(name, help, buckets) {
      const histogram = new Histogram({ name, help, registers, buckets });
      return (value) => histogram.observe(value);
    },
  };
  showProcess(metrics);
  return metrics;
};
