import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, tryCommand } from '../run-command.ts';
import { missingTool, needTool } from './apt.ts';
import type { LocalDeps } from './local-engine.ts';

/** The first Debian that has PostgreSQL with the DocumentDB extension. */
const SUITE = 'forky';
const PACKAGE = 'postgresql-18-documentdb';
const BIN = '/usr/lib/postgresql/18/bin';

const folderOf = ({ settings }: Pick<LocalDeps, 'settings'>): string => join(settings.cache, 'documentdb');

/** The machine's own Debian mirror as a line for another suite; empty = the tool's default. */
const mirror = async (): Promise<string[]> => {
  const format = ['--format', '$(REPO_URI) $(COMPONENT) $(LABEL)', 'Created-By: Packages'];
  const { out } = await tryCommand('apt-get', ['indextargets', '--no-release-info', ...format]);
  const uri = /^(\S+) main Debian$/m.exec(out)?.[1];
  return uri ? [`deb ${uri} ${SUITE} main`] : [];
};

/** How the machine's own apt fetches: proxies, checks. */
const aptOptions = async (path: string): Promise<string[]> => {
  const { out } = await tryCommand('apt-config', ['dump', '--no-empty', '--format', '%F "%v";%n', 'Acquire']);
  writeFileSync(path, out);
  return [`--aptopt=${path}`];
};

const makeRoot = async ({ settings, say }: LocalDeps, folder: string): Promise<void> => {
  if (process.getuid?.() !== 0) throw missingTool('a root shell', 'MongoDB', 'run this command as root');
  await needTool({ command: 'mmdebstrap', package: 'mmdebstrap', engine: 'MongoDB', say });
  say(`making a Debian root with PostgreSQL and DocumentDB (${folder}, some 700 MB)`);
  mkdirSync(settings.cache, { recursive: true });
  const part = `${folder}.${process.pid}`;
  const options = await aptOptions(`${part}.apt`);
  const what = ['--quiet', '--variant=apt', `--include=${PACKAGE}`, ...options];
  await runCommand('mmdebstrap', [...what, SUITE, part, ...(await mirror())]);
  writeFileSync(join(part, '.complete'), '');
  rmSync(`${part}.apt`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
};

const settingsOf = (port: number): string => `
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
max_connections = 200
shared_preload_libraries = 'pg_cron,pg_documentdb_core,pg_documentdb'
cron.database_name = 'postgres'
cron.host = '127.0.0.1'
`;

/** PostgreSQL with the DocumentDB extension in a Debian root of its own. */
export const createDocumentDb = (deps: LocalDeps) => {
  const root = folderOf(deps);
  const port = deps.settings.mongoPort + 1;
  // Several homes may share the root: each has its data under a name of its own.
  const data = `/var/lib/postgresql/${createHash('sha256').update(deps.settings.home).digest('hex').slice(0, 12)}`;
  const user = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
  const inside = (...command: string[]) => [root, 'setpriv', ...user, 'env', 'HOME=/tmp', ...command];

  return {
    port,
    install: async (): Promise<void> => {
      if (!existsSync(join(root, '.complete'))) await makeRoot(deps, root);
    },
    prepare: async (): Promise<void> => {
      if (existsSync(join(root, data, 'ready'))) return;
      rmSync(join(root, data), { recursive: true, force: true });
      const words = ['-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8'];
      await runCommand('chroot', inside(`${BIN}/initdb`, '-D', data, ...words));
      appendFileSync(join(root, data, 'postgresql.conf'), settingsOf(port));
      writeFileSync(join(root, data, 'ready'), '');
    },
    start: (name: string): Promise<void> => {
      // Left by a server that was killed; its number may belong to somebody else by now.
      rmSync(join(root, data, 'postmaster.pid'), { force: true });
      return deps.processes.spawn(name, 'chroot', inside(`${BIN}/postgres`, '-D', data, '-p', String(port)));
    },
    /** Whether it answers and has the extension. */
    isReady: async (): Promise<boolean> => {
      const sql = 'CREATE EXTENSION IF NOT EXISTS documentdb CASCADE';
      const where = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
      return (await tryCommand('chroot', inside(`${BIN}/psql`, ...where, '-qc', sql))).code === 0;
    },
    wipe: async (): Promise<void> => rmSync(join(root, data), { recursive: true, force: true }),
  };
};
