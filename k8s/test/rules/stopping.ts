import type { Container } from './manifest.ts';
import { ofContainers, serviceOf, type Workload, workloads } from './pods.ts';
import { problem, type Rule, when } from './rule.ts';

/** A service ends by itself this long after SIGTERM (`packages/service/src/run.ts`), and some to spare. */
const STOP_SECONDS = 25 + 5;
/** Proxies and nodes learn in this time that a pod leaves. */
const LEAST_PRE_STOP = 3;

const WRAPPERS = /^(.*\/)?(npm|npx|yarn|sh|bash|ash|env)$/;

const commandOf = ({ command = [], args = [] }: Container): string[] => [...command, ...args];

/** A shell as process 1 swallows SIGTERM, unless it gives its place away. */
const wrapped = (container: Container): boolean => {
  const words = commandOf(container);
  return WRAPPERS.test(words[0] ?? '') && !words.some((word) => /(^|\n|;|&&)\s*exec\s/.test(word));
};

const grace = ({ manifest, pod, path }: Workload): string[] => {
  const given = pod.terminationGracePeriodSeconds ?? 30;
  const slept = Math.max(...pod.containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0));
  const wanted = slept + STOP_SECONDS;
  return [
    ...when(
      given < wanted,
      `${path}.terminationGracePeriodSeconds is ${given}, less than ${wanted}: preStop, 25 s to stop, 5 s to spare`,
    ),
    ...when(
      slept < LEAST_PRE_STOP,
      `${path}.containers.lifecycle.preStop.sleep is under ${LEAST_PRE_STOP} s: requests would still come`,
    ),
  ].map((sentence) => problem(manifest, sentence));
};

export const stopping: Rule = {
  promise: 'a pod hears SIGTERM, and has the time to finish what it holds',
  check: (documents, { services }) =>
    workloads(documents).flatMap((workload) => [
      ...ofContainers(workload, workload.containers, (container) =>
        when(wrapped(container), `command starts ${commandOf(container)[0]}, which keeps SIGTERM to itself`),
      ),
      ...(serviceOf(workload, services) ? grace(workload) : []),
    ]),
};
