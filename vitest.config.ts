import { defineConfig } from 'vitest/config';
import { engineTags } from './packages/testing/src/tags.ts';

export default defineConfig({
  test: {
    include: [
      '{packages/*,tracker,enricher,consumers/*,kafidx,website,scripts,docker-compose,k8s,ops}/test/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Many tests wait more than they work: three at once also where there are two cores.
    maxWorkers: 3,
    // CI's machine is shared and noisy: what depends on time gets a second try there, and the report says so.
    retry: process.env.CI ? 1 : 0,
    globalSetup: ['packages/testing/src/global-setup.ts'],
    tags: engineTags,
  },
});
