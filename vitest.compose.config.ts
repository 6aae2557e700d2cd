import { defineConfig } from 'vitest/config';

/** The stack in real containers, run by `npm run test:compose`: one file after the other, each takes the machine for itself. */
export default defineConfig({
  test: {
    include: ['docker-compose/test/**/*.compose.ts'],
    // Images may have to be built first.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
});
