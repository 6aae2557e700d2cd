import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Call {
  args: string[];
  input: string;
}

/**
 * A program on a `PATH` of its own that writes down how it was called.
 * @param answers what it puts out, by a word of its arguments; and with `code`, how it ends
 */
export const standInProgram = (name: string, answers: Record<string, string | { code: number }> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-stand-in-'));
  const record = join(folder, 'calls');
  const script = `#!${process.execPath}
const { appendFileSync, fstatSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2);
const input = fstatSync(0).isFIFO() || fstatSync(0).isSocket() ? readFileSync(0, 'utf8') : '';
appendFileSync(${JSON.stringify(record)}, JSON.stringify({ args, input }) + '\\n');
const [, answer = ''] = Object.entries(${JSON.stringify(answers)}).find(([word]) => args.includes(word)) ?? [];
if (typeof answer === 'string') process.stdout.write(answer);
else process.exitCode = answer.code;
`;
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
  return {
    folder,
    path: [folder, process.env.PATH].join(delimiter),
    calls: (): Call[] =>
      existsSync(record)
        ? readFileSync(record, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Call)
        : [],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
};
