import { engineError } from '../engine-error.ts';
import { runCommand, tryCommand } from '../run-command.ts';

export const hasCommand = async (name: string): Promise<boolean> =>
  (await tryCommand('which', [name])).code === 0;

const isDebianRoot = async (): Promise<boolean> => process.getuid?.() === 0 && (await hasCommand('apt-get'));

const install = (packages: readonly string[]) =>
  tryCommand('env', [
    'DEBIAN_FRONTEND=noninteractive',
    ...['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]);

/** Installs Debian packages; the lists of a fresh machine are empty, so a second try fetches them first. */
export const aptInstall = async (...packages: string[]): Promise<void> => {
  if ((await install(packages)).code === 0) return;
  await runCommand('apt-get', ['update', '-qq']);
  const { code, all } = await install(packages);
  if (code !== 0)
    throw engineError('ENGINE_COMMAND', `apt-get install ${packages.join(' ')} failed:\n${all}`);
};

interface Tool {
  command: string;
  /** Debian package that brings it. */
  package: string;
  /** What it is for, e.g. `Kafka`. */
  engine: string;
  say: (text: string) => void;
}

/** What to do on a machine where we may not install anything. */
export const missingTool = (command: string, engine: string, remedy: string): Error =>
  engineError('ENGINE_TOOL', `${engine} needs ${command}, which is not here: ${remedy}, or start Docker.`);

/** Makes sure that a program is there. @throws PushtechError `ENGINE_TOOL` it is not, and we may not install it */
export const needTool = async ({ command, package: name, engine, say }: Tool): Promise<void> => {
  if (await hasCommand(command)) return;
  if (!(await isDebianRoot())) {
    throw missingTool(
      command,
      engine,
      `install it (Debian: apt install ${name}; as root this command does it)`,
    );
  }
  say(`installing ${name}`);
  await aptInstall(name);
};
