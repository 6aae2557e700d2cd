import type { PushtechError } from './errors.ts';

/** Scheme → the engine's `open`, loaded when it is asked for, so that nobody pays for an engine not in use. */
export type Engines<Open> = Record<string, () => Promise<Open>>;

/**
 * Finds the engine that stands before the first `:` of a URL. The engine reads the rest itself: lists of brokers are no URL
 * that `new URL` would take.
 * @param fail makes the error for an unknown scheme, of kind `fatal`
 */
export const engineOf = async <Open>(
  url: string,
  { role, engines, fail }: { role: string; engines: Engines<Open>; fail: (message: string) => PushtechError },
): Promise<Open> => {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  const load = Object.hasOwn(engines, scheme) ? engines[scheme] : undefined;
  if (!load) {
    const known = Object.keys(engines).join(', ');
    throw fail(`there is no ${role} engine for "${scheme}:"; known schemes: ${known}`);
  }
  return load();
};

/** A number option of an engine's URL; the default when it is absent. @param fail makes the error, of kind `fatal` */
export const readNumberOption = (
  options: URLSearchParams,
  name: string,
  fallback: number,
  fail: (message: string) => PushtechError,
): number => {
  const value = options.get(name);
  if (value === null) return fallback;
  const n = Number(value);
  if (value === '' || !Number.isFinite(n) || n < 0) {
    throw fail(`option ${name} must be a number of 0 or more, not "${value}"`);
  }
  return n;
};

/** What stands before the names of everything an engine keeps. @param fail makes the error, of kind `fatal` */
export const readPrefix = (options: URLSearchParams, fail: (message: string) => PushtechError): string => {
  const prefix = options.get('prefix') ?? '';
  if (!/^[a-z0-9_]{0,32}$/i.test(prefix)) throw fail('prefix may hold up to 32 letters, digits and _');
  return prefix;
};
