import type { Container } from './manifest.ts';
import { ofContainers, workloads } from './pods.ts';
import { quantity } from './quantity.ts';
import { type Rule, when } from './rule.ts';

const MIB = 2 ** 20;
/** What Node takes beside the heap of its JavaScript: code, buffers, threads. */
const BESIDE = 64 * MIB;

const flag = (words: string, name: string): number | undefined => {
  const found = new RegExp(`--${name}=(\\d+)`).exec(words)?.[1];
  return found === undefined ? undefined : Number(found);
};

const ofContainer = ({ image, command = [], args = [], env = [], resources }: Container): string[] => {
  if (!/(^|\/)pushtech\//.test(image)) return [];
  const options = env.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
  const words = [options, ...command, ...args].join(' ');
  const old = flag(words, 'max-old-space-size');
  if (old === undefined)
    return ['command sets no --max-old-space-size: Node would size its heap by the machine'];
  // V8 keeps three semi-spaces.
  const heap = (old + 3 * (flag(words, 'max-semi-space-size') ?? 16)) * MIB;
  const limit = quantity(resources?.limits?.memory);
  return when(
    heap + BESIDE > limit,
    `command lets the heap grow to ${heap / MIB} MiB, too near the memory limit of ${limit / MIB} MiB`,
  );
};

export const heap: Rule = {
  promise: 'Node gives up its garbage before the kernel gives up on Node',
  check: (documents) =>
    workloads(documents).flatMap((workload) => ofContainers(workload, workload.containers, ofContainer)),
};
