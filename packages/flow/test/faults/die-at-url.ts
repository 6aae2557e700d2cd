/** What a process is preloaded with so that it dies at the n-th passing of a point: see die-at.ts. */
export const dieAt = (point: 'appended' | 'producing' | 'produced' | 'counted', n: number): string =>
  `${new URL('./die-at.ts', import.meta.url).href}?${point}=${n}`;
