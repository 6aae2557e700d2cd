import { explained } from './explain.ts';
import { runFaults } from './run-faults.ts';

process.exitCode = await explained(
  'test:faults',
  (text) => process.stderr.write(text),
  () => runFaults(process.argv.slice(2), process.env),
);
