import { spawn } from 'node:child_process';
import { PushtechError } from '@pushtech/event';
import type { TaskIo } from './task.ts';

export interface CommandOptions {
  /** Written to the command's standard input. Never printed. */
  input?: string;
  /** Beside our own environment. Never printed. */
  env?: Readonly<Record<string, string>>;
  /** Default: where we are. */
  cwd?: string;
}

/** Programs that tasks run for people: docker, kubectl, minikube. */
export interface Commands {
  dryRun: boolean;
  /**
   * Runs what changes something, after printing it; its output goes to the terminal. A dry run only prints.
   * @throws PushtechError `TASK_COMMAND` (fatal) when it fails, `TASK_TOOL` (fatal) when there is no such program
   */
  run(words: readonly string[], options?: CommandOptions): Promise<void>;
  /** Runs what changes nothing, also in a dry run. @returns its output @throws as `run` */
  read(words: readonly string[], options?: CommandOptions): Promise<string>;
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-15).join('\n');

/** One command to its end. `heard` gets all it says as it comes; the answer is its standard output. */
const carryOut = (
  [program = '', ...args]: readonly string[],
  { input, env, cwd }: CommandOptions,
  ours: TaskIo['env'],
  heard: (text: string) => void,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...ours, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let [out, all] = ['', ''];
    const hear = (text: string): void => {
      all += text;
      heard(text);
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      hear(text);
    });
    child.stderr?.setEncoding('utf8').on('data', hear);
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'ENOENT' ? `there is no program "${program}" on this machine` : error.message;
      reject(new PushtechError('TASK_TOOL', 'fatal', why, { cause: error }));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out);
      else
        reject(
          new PushtechError(
            'TASK_COMMAND',
            'fatal',
            `"${program} ${args.slice(0, 4).join(' ')}" failed (${code ?? signal}):\n${lastLines(all)}`,
          ),
        );
    });
    // A program that ends before it read everything says by its exit code what was wrong.
    child.stdin?.on('error', () => {}).end(input);
  });

export const createCommands = (io: Pick<TaskIo, 'env' | 'say'>, dryRun = false): Commands => ({
  dryRun,
  async run(words, options = {}) {
    io.say(`$ ${words.map(quoted).join(' ')}\n`);
    if (!dryRun) await carryOut(words, options, io.env, io.say);
  },
  read: (words, options = {}) => carryOut(words, options, io.env, () => {}),
});
