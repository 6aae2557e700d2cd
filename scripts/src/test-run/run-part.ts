import { spawn } from 'node:child_process';
import { type Counts, countTests, leftOut } from './count-tests.ts';

/** One of the test runs that `test:full` consists of. */
export interface Part {
  name: string;
  words: readonly string[];
}

export interface PartResult extends Counts {
  name: string;
  ms: number;
  /** What was not tested, in sentences. */
  left: string[];
}

/** What we keep of an output to read the sums from; they stand at its end. */
const KEPT = 4 * 1024 * 1024;

/** Runs it to its end and passes all it says on. A run that fails without a failed test counts as one. */
export const runPart = (
  { name, words }: Part,
  env: Readonly<Record<string, string | undefined>>,
  heard: (text: string) => void,
): Promise<PartResult> =>
  new Promise((resolve, reject) => {
    const begun = performance.now();
    const [program = '', ...args] = words;
    const child = spawn(program, args, { env, stdio: ['inherit', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-KEPT);
        heard(text);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      const counts = countTests(output);
      const failed = code === 0 ? counts.failed : Math.max(counts.failed, 1);
      resolve({ name, ...counts, failed, ms: performance.now() - begun, left: leftOut(output) });
    });
  });
