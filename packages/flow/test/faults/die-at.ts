// Preloaded into a service (`--import die-at.ts?<point>=<n>`): SIGKILLs the process at the n-th passing of a point that a
// random moment hardly ever meets. It stands between the service and its engine and changes nothing else.
import { registerHooks } from 'node:module';

const points: Record<string, string> = {
  /** The tracker: the buffer holds the entry, the sender has no answer. */
  appended: '@pushtech/buffer',
  /** The enricher: the entry is taken, nothing of it is on the log. */
  producing: '@pushtech/log',
  /** The enricher: the records are on the log, the entry is not acknowledged. */
  produced: '@pushtech/buffer',
  /** The stats worker: the batch is counted, its position is not committed for the group. */
  counted: '@pushtech/log',
};

const [point = '', n = '1'] = [...new URL(import.meta.url).searchParams][0] ?? [];
const watched = points[point];
if (!watched) throw new Error(`no such point: ${point}`);
const wrapper = new URL(`./die-in-${watched.split('/')[1]}.ts?${point}=${n}`, import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === watched && !context.parentURL?.includes('/die-in-')
      ? { url: wrapper, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});
