import { forEach, imageName } from './rule.ts';

const MB: Record<string, number> = { k: 1 / 1024, m: 1, g: 1024 };

/** In MiB; 0 = none. */
const sizeOf = (text: unknown): number => {
  const [, n, unit = ''] = /^(\d+)([kmg])b?$/i.exec(String(text ?? '')) ?? [];
  return Number(n ?? 0) * (MB[unit.toLowerCase()] ?? 0);
};

/** Heap of the `CMD` in the Dockerfile, and what Node, buffers and the city database (134 MB) take beside it. */
const LEAST_FOR_NODE = 512;
/** Off the heap a broker keeps buffers, threads and code. */
const SHARE_OF_HEAP = 0.6;

/** Every container has a bound, and what it may hold fits in. */
export const memory = forEach(({ mem_limit, image, environment = {} }) => {
  const limit = sizeOf(mem_limit);
  if (limit === 0) return ['has no memory limit'];
  const heap = sizeOf(/-Xmx(\w+)/.exec(String(environment.KAFKA_HEAP_OPTS ?? ''))?.[1]);
  const isService = environment.PORT !== undefined && imageName(image).startsWith('pushtech/');
  return [
    heap > limit * SHARE_OF_HEAP && `a heap of ${heap} MB is too much for ${mem_limit}`,
    isService && limit < LEAST_FOR_NODE && `${mem_limit} is less than ${LEAST_FOR_NODE} MB`,
  ];
});
