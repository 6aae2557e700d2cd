import { spawn } from 'node:child_process';
import { engineError } from './engine-error.ts';

export interface CommandResult {
  /** Exit code; -1 = it could not be run, or ran too long. */
  code: number;
  out: string;
  /** What it wrote to both streams. */
  all: string;
}

interface CommandOptions {
  /** Longest run, in ms. */
  ms?: number;
}

/** Runs a command to its end, in our environment, and keeps what it says. Never fails by itself. */
export const tryCommand = (
  command: string,
  args: readonly string[],
  { ms }: CommandOptions = {},
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    // Not spawn's own `timeout`: that one goes on, and holds our process, when there is no such command.
    const timer = ms === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), ms);
    let [out, all] = ['', ''];
    const end = (code: number, more = ''): void => {
      clearTimeout(timer);
      resolve({ code, out, all: all + more });
    };
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk;
      all += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      all += chunk;
    });
    child.on('error', (error) => end(-1, error.message));
    child.on('close', (code) => end(code ?? -1));
  });

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-15).join('\n');

/** Runs a command that must succeed. @returns its output @throws PushtechError `ENGINE_COMMAND` with its last lines */
export const runCommand = async (
  command: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<string> => {
  const { code, out, all } = await tryCommand(command, args, options);
  if (code === 0) return out;
  const shown = [command, ...args].join(' ').slice(0, 200);
  throw engineError('ENGINE_COMMAND', `"${shown}" failed (${code}):\n${lastLines(all)}`);
};
