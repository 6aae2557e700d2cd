import { runEngines } from './run-engines.ts';

process.exitCode = await runEngines(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  say: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  clock: Date.now,
});
