import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const tests = '{packages/*,tracker,enricher,consumers/*,kafidx,scripts}/test/**/*.test.ts';

/** How a test says that it needs an engine: by `needs`, or by asking where it runs. */
const NEEDS = /from '@pushtech\/testing'|redisUrl|KAFKA_BROKERS|MONGODB_URL/;

/** Every contract and every test that needs an engine: files in `test/engines/`, and those that ask for one. */
export const engineFiles = (root: string): string[] =>
  globSync(tests, { cwd: root, exclude: ['**/node_modules/**'] })
    .filter((path) => path.includes('/test/engines/') || NEEDS.test(readFileSync(join(root, path), 'utf8')))
    .toSorted();
