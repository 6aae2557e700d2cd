import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Prometheus metrics of one process. Names: `pushtech_<service>_<noun>_<unit>_total`. */
export interface Metrics {
  registry: Registry;
  /** A counter whose values are read when somebody looks: hot paths only add to a number of their own. */
  counted(
    name: string,
    help: string,
    read: () => number | Iterable<[label: string, value: number]>,
    label?: string,
  ): void;
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
}

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    counted(name, help, read, label) {
      new Counter({
        name,
        help,
        registers: [registry],
        labelNames: label ? [label] : [],
        collect() {
          this.reset();
          const values = read();
          if (typeof values === 'number') this.inc(values);
          else for (const [value, n] of values) this.inc({ [label ?? 'reason']: value }, n);
        },
      });
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
  };
};
