import { explained } from './explain.ts';
import { runEngineTests } from './run-engine-tests.ts';

const say = (text: string): boolean => process.stderr.write(text);

// Ctrl-C ends the tests, which hear it themselves; we stay to take the engines down.
for (const word of ['SIGINT', 'SIGTERM'] as const) process.on(word, () => {});

process.exitCode = await explained('test:engines', say, () =>
  runEngineTests(process.argv.slice(2), {
    env: process.env,
    out: (text) => process.stdout.write(text),
    say,
    isTerminal: process.stderr.isTTY === true,
    clock: Date.now,
  }),
);
