import { describe } from 'vitest';
import { addressOf, type EngineName } from './engines.ts';

/** Where an engine runs; empty = it is not named, and tests that need it are skipped. */
export const engineUrl = (engine: EngineName): string => addressOf(engine, process.env);

/**
 * A `describe` for tests that need engines: `needs('redis')('keeps a hit', ({ redis }) => …)`. Where one of them is not
 * named in the environment the tests are skipped, and the last lines of the run say so.
 */
export const needs = <Name extends EngineName>(...engines: Name[]) => {
  const urls = Object.fromEntries(engines.map((engine) => [engine, engineUrl(engine)])) as Record<
    Name,
    string
  >;
  const isMissing = engines.some((engine) => urls[engine] === '');
  return (title: string, body: (urls: Record<Name, string>) => void): void => {
    describe.skipIf(isMissing)(title, { tags: engines }, () => body(urls));
  };
};
