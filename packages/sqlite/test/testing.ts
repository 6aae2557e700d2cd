// What the tests of the ports need alike; imported as `@pushtech/sqlite/testing`.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

export interface Place {
  path: string;
  /** Every handle that opens it sees the same data. */
  url: string;
  dispose(): Promise<void>;
}

/** A SQLite file that does not exist yet, in a folder of its own. @param query e.g. `?prefix=x_` */
export const createPlace = async (query = ''): Promise<Place> => {
  const folder = await mkdtemp(join(tmpdir(), 'pushtech-test-'));
  const path = join(folder, 'test.db');
  return { path, url: `sqlite:${path}${query}`, dispose: () => rm(folder, { recursive: true }) };
};

/** A place where somebody else has these tables, one row in each; `dispose` throws when they were touched. */
export const createForeignPlace = async (tables: readonly string[]): Promise<Place> => {
  const place = await createPlace();
  const db = new DatabaseSync(place.path);
  for (const table of tables) {
    db.exec(`CREATE TABLE ${table} (foreigner TEXT); INSERT INTO ${table} VALUES ('${table}')`);
  }
  db.close();
  const check = (): void => {
    const after = new DatabaseSync(place.path);
    try {
      for (const table of tables) {
        const rows = after.prepare(`SELECT foreigner FROM ${table}`).all();
        if (rows.length !== 1 || rows[0]?.foreigner !== table) throw new Error(`table ${table} was touched`);
      }
    } finally {
      after.close();
    }
  };
  const dispose = async (): Promise<void> => {
    check();
    await place.dispose();
  };
  return { ...place, dispose };
};

/** Adds options to an engine's URL. */
export const withOptions = (url: string, options: Record<string, number>): string => {
  const query = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return query.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${query.join('&')}`;
};

export interface Child {
  process: ChildProcess;
  /** What it has said. */
  lines: string[];
  /** Resolves once it has said this. */
  said(line: string): Promise<void>;
  /** kill -9, and waits for its end. */
  kill(): Promise<void>;
}

/** Runs a script in a process of its own; the script speaks in lines. */
export const startChild = (script: URL, ...args: string[]): Child => {
  const child = spawn(process.execPath, [fileURLToPath(script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines: string[] = [];
  const listeners = new Map<string, () => void>();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    listeners.get(line)?.();
  });
  return {
    process: child,
    lines,
    said: (line) =>
      new Promise((resolve, reject) => {
        if (lines.includes(line)) resolve();
        listeners.set(line, resolve);
        ended.then(() => reject(new Error(`the child ended and never said ${line}`)));
      }),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** The rows of the code table in a README: `[code, kind, when]`. */
export const readCodeTable = async (readme: URL): Promise<string[][]> => {
  const text = await readFile(readme, 'utf8');
  const table = text.split('## Codes')[1]?.split('\n## ')[0] ?? '';
  return [...table.matchAll(/^\| +`(\w+)` +\| +(\w+) +\| +(.+?) +\|$/gm)].map((row) => row.slice(1));
};
