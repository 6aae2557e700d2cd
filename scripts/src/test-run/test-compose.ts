import { explained } from './explain.ts';
import { runComposeTests } from './run-compose-tests.ts';

const say = (text: string): boolean => process.stderr.write(text);

// Ctrl-C ends the tests, which hear it themselves and take their containers down.
for (const word of ['SIGINT', 'SIGTERM'] as const) process.on(word, () => {});

process.exitCode = await explained('test:compose', say, () =>
  runComposeTests(process.argv.slice(2), { env: process.env, say }),
);
