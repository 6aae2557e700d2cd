import { defineConfig } from 'vitest/config';
import { engineTags } from './packages/testing/src/tags.ts';

/** Fault tests, run by `npm run test:faults`: each takes the machine for itself, and minutes. */
export default defineConfig({
  test: {
    include: ['packages/flow/test/faults/**/*.faults.ts'],
    testTimeout: 600_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    maxWorkers: 1,
    globalSetup: ['packages/testing/src/global-setup.ts'],
    tags: engineTags,
  },
});
