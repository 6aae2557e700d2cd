import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process as its file tells it: number, and when it began, since numbers are given to others again. */
export interface Running {
  pid: number;
  begin: string;
}

/** State letter and begin (in ticks since boot) from `/proc/<pid>/stat`; the name before them may hold spaces. */
const look = (pid: number): { state: string; begin: string } | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', begin: fields[19] ?? '' };
  } catch {
    return undefined;
  }
};

/**
 * A zombie holds nothing any more, once its threads are gone too: the first one may go before the others, while ports are
 * still open.
 */
const isOver = (pid: number, state: string): boolean => {
  if (state === 'X') return true;
  if (state !== 'Z') return false;
  try {
    return readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch {
    return true;
  }
};

const fileOf = (home: string, name: string): string => join(home, `${name}.pid`);

export const writeProcess = (home: string, name: string, pid: number): void =>
  writeFileSync(fileOf(home, name), `${pid} ${look(pid)?.begin ?? ''}\n`);

export const forgetProcess = (home: string, name: string): void =>
  rmSync(fileOf(home, name), { force: true });

const read = (home: string, name: string): Running | undefined => {
  try {
    const [pid = '', begin = ''] = readFileSync(fileOf(home, name), 'utf8').trim().split(' ');
    return /^\d+$/.test(pid) && begin !== '' ? { pid: Number(pid), begin } : undefined;
  } catch {
    return undefined;
  }
};

/** The process of that name that we started and that still lives. */
export const findProcess = (home: string, name: string): (Running & { isPaused: boolean }) | undefined => {
  const written = read(home, name);
  const now = written && look(written.pid);
  if (!written || !now || now.begin !== written.begin || isOver(written.pid, now.state)) return undefined;
  return { ...written, isPaused: now.state === 'T' };
};
