import { spawnSync } from 'node:child_process';

/**
 * Whether a program of Debian's package `prometheus` is here. Without it its tests are skipped, and say so; with
 * `REQUIRE_DEPLOY=1` that is an error.
 */
export const hasTool = (name: 'promtool' | 'prometheus'): boolean => {
  if (spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) return true;
  const sentence = `${name} is not here (apt-get install prometheus): what needs it was NOT tested.`;
  if (process.env.REQUIRE_DEPLOY === '1') throw new Error(sentence);
  process.stderr.write(`\nskipped: ${sentence}\n`);
  return false;
};
