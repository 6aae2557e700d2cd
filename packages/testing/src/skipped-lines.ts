import type { TestCase, TestModule } from 'vitest/node';
import { addressOf, type EngineName, type Environment, engineNames, engineVariables } from './engines.ts';

/** Of `test/engines/redis-extras.test.ts`: `redis`. */
const engineOfFile = (path: string): string | undefined => /test\/engines\/([a-z]+)[^/]*$/.exec(path)?.[1];

const needsEngine = (test: TestCase, engine: EngineName): boolean =>
  test.tags.includes(engine) || engineOfFile(test.module.moduleId) === engine;

/**
 * One line for each engine that is not named, with the number of tests that were skipped and need it. A test that needs
 * two counts for both.
 */
export const skippedLines = (modules: readonly TestModule[], env: Environment): string[] => {
  const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
  return engineNames
    .filter((engine) => addressOf(engine, env) === '')
    .map((engine) => {
      const count = skipped.filter((test) => needsEngine(test, engine)).length;
      return `skipped: ${engine} (${engineVariables[engine]} is not set), ${count} tests`;
    });
};
