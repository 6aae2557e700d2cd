import { explained } from './explain.ts';
import { runK8sTests } from './run-k8s-tests.ts';

const say = (text: string): boolean => process.stderr.write(text);

// Ctrl-C ends the tests, which hear it themselves and take what they brought up down.
for (const word of ['SIGINT', 'SIGTERM'] as const) process.on(word, () => {});

process.exitCode = await explained('test:k8s', say, () =>
  runK8sTests(process.argv.slice(2), { env: process.env, say }),
);
