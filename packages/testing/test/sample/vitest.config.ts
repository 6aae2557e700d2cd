// A run of its own for the tests of this package: see ../run.test.ts.
import { defineConfig } from 'vitest/config';
import { engineTags } from '../../src/tags.ts';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['test/**/*.sample.ts'],
    globalSetup: ['../../src/global-setup.ts'],
    tags: engineTags,
  },
});
