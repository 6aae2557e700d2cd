import { defineConfig } from 'vitest/config';

/** The minikube overlay in a real cluster, run by `npm run test:k8s`: one file after the other on one installation. */
export default defineConfig({
  test: {
    include: ['k8s/test/**/*.cluster.ts'],
    testTimeout: 600_000,
    hookTimeout: 900_000,
    fileParallelism: false,
    maxWorkers: 1,
    globalSetup: ['k8s/test/installation.ts'],
  },
});
