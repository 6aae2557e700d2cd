export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const sgr = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/** Numbers of one word in Vitest's last lines (`Tests  1 failed | 12 passed (13)`), all runs together. */
const sumOf = (lines: readonly string[], word: string): number =>
  lines.reduce((sum, line) => sum + Number(new RegExp(`(\\d+) ${word}\\b`).exec(line)?.[1] ?? 0), 0);

/** What the test runs in an output add up to. */
export const countTests = (output: string): Counts => {
  const lines = output
    .replace(sgr, '')
    .split('\n')
    .filter((line) => /^ *Tests {2}\d/.test(line));
  const [passed, failed] = [sumOf(lines, 'passed'), sumOf(lines, 'failed')];
  return { passed, failed, skipped: sumOf(lines, 'skipped') + sumOf(lines, 'todo') };
};

/** What an output says was left out, and why; each once. */
export const leftOut = (output: string): string[] => {
  const said = output.replace(sgr, '').match(/^(?:NOT TESTED: .*|skipped: .*[1-9]\d* tests)$/gm) ?? [];
  return [...new Set(said)];
};
