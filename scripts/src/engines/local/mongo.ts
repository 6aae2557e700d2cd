import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, lastOf, until } from '../answer.ts';
import { engineError } from '../engine-error.ts';
import { runCommand } from '../run-command.ts';
import { urlsOf } from '../urls.ts';
import { createDocumentDb } from './documentdb.ts';
import { needFreePort } from './free-port.ts';
import { findGo } from './go.ts';
import type { LocalDeps, LocalEngine } from './local-engine.ts';

const TRIES = 10;

const buildFerret = async (deps: LocalDeps, binary: string): Promise<void> => {
  if (existsSync(binary)) return;
  const go = await findGo(deps);
  deps.say(`building FerretDB ${deps.settings.ferretVersion}`);
  mkdirSync(deps.settings.cache, { recursive: true });
  const folder = mkdtempSync(join(deps.settings.cache, 'ferretdb-build-'));
  const source = `github.com/FerretDB/FerretDB/v2/cmd/ferretdb@${deps.settings.ferretVersion}`;
  await runCommand('env', [`GOBIN=${folder}`, 'CGO_ENABLED=0', go, 'install', source]);
  renameSync(join(folder, 'ferretdb'), binary);
  rmSync(folder, { recursive: true });
};

/** A server that speaks MongoDB's protocol: FerretDB in front of PostgreSQL with DocumentDB. */
export const createMongo = (deps: LocalDeps): LocalEngine => {
  const { settings, processes } = deps;
  const binary = join(settings.cache, `ferretdb-${settings.ferretVersion}`);
  const database = createDocumentDb(deps);

  const startDatabase = async (): Promise<void> => {
    if (processes.find('postgres')) return;
    await needFreePort('PostgreSQL', database.port);
    await database.prepare();
    // After SIGKILL the children of the old server hold its memory for a moment: try until the new one stays.
    for (let i = 0; i < TRIES && !processes.find('postgres'); i += 1) {
      await database.start('postgres');
      await sleep(500);
    }
    if (await until(database.isReady, 60)) return;
    const log = processes.logOf('postgres');
    throw engineError('ENGINE_SILENT', `PostgreSQL does not answer. The end of ${log}:\n${lastOf(log)}`);
  };

  const startFerret = async (): Promise<void> => {
    if (processes.find('mongo')) return;
    await needFreePort('FerretDB', settings.mongoPort);
    const state = join(settings.home, 'ferretdb');
    mkdirSync(state, { recursive: true });
    const quiet = ['--no-auth', '--telemetry=disable', '--debug-addr=-', '--log-level=error'];
    const own = [`--state-dir=${state}`, `--listen-addr=127.0.0.1:${settings.mongoPort}`];
    const url = `--postgresql-url=postgres://postgres@127.0.0.1:${database.port}/postgres`;
    await processes.spawn('mongo', binary, [...quiet, ...own, url]);
  };

  return {
    name: 'mongo',
    install: async () => {
      await buildFerret(deps, binary);
      await database.install();
    },
    wipe: database.wipe,
    units: [
      {
        name: 'mongo',
        processes: ['mongo', 'postgres'],
        start: async () => {
          await startDatabase();
          await startFerret();
        },
        ready: () => answer('mongo', urlsOf(settings).mongo, 30, processes.watch('mongo')),
        stop: async () => {
          await processes.stop('mongo');
          // SIGINT: it ends its connections itself instead of waiting for them.
          await processes.stop('postgres', 'SIGINT');
        },
      },
    ],
  };
};
