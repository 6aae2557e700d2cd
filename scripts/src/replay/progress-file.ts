import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A line that did not become an event, and why. */
export interface Malformed {
  line: number;
  reason: string;
}

/** How far one file is sent. */
export interface Progress {
  file: string;
  fingerprint: string;
  /** Everything else that must be the same for going on: site, map, server. */
  job: string;
  run: string;
  /** All lines up to this one are acknowledged or malformed. */
  line: number;
  /** Items sent up to `line`. */
  sent: number;
  /** Lines the server did not take. */
  refused: Malformed[];
}

const EVERY_MS = 1000;

/** More are not listed: memory stays bounded on a file that is no log at all. */
export const MOST_LISTED = 100_000;

const read = (path: string): Progress | undefined => {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as Progress;
    // Of batches behind a gap: they are sent again, and refused again.
    return { ...found, refused: found.refused.filter(({ line }) => line <= found.line) };
  } catch {
    return undefined;
  }
};

export interface ProgressOptions {
  /** Folder of the progress files. */
  folder: string;
  file: string;
  /** SHA-256 in hex. */
  fingerprint: string;
  job: string;
  /** Epoch ms. */
  clock: () => number;
}

export type ProgressFile = ReturnType<typeof openProgress>;

/**
 * Where a replay stands, kept in `<folder>/<fingerprint>.json` so that it goes on there after a kill. Batches may be
 * acknowledged in any order; only the part without gaps counts. What was acknowledged in the last second before a kill
 * is sent again, under the same ids and the same run.
 */
export const openProgress = ({ folder, file, fingerprint, job, clock }: ProgressOptions) => {
  const path = join(folder, `${fingerprint}.json`);
  const found = read(path);
  const resumed = found !== undefined && found.job === job && found.fingerprint === fingerprint;
  const run = `${fingerprint.slice(0, 12)}-${clock().toString(36)}`;
  const progress: Progress = resumed ? found : { file, fingerprint, job, run, line: 0, sent: 0, refused: [] };
  const acknowledged = new Map<number, { line: number; sent: number }>();
  let next = 0;
  let savedAt = clock();

  const save = (): void => {
    if (progress.line === 0) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify(progress));
    renameSync(`${path}.new`, path);
    savedAt = clock();
  };

  return {
    progress,
    resumed,
    /** Batch number `batch` (from 0 on, counted in this process) is acknowledged; `line` is its last one. */
    acknowledge(batch: number, line: number, sent: number, refused: readonly Malformed[]): void {
      acknowledged.set(batch, { line, sent });
      if (progress.refused.length < MOST_LISTED) progress.refused.push(...refused);
      for (let done = acknowledged.get(next); done; done = acknowledged.get(next)) {
        acknowledged.delete(next);
        progress.line = done.line;
        progress.sent += done.sent;
        next += 1;
      }
      if (clock() - savedAt >= EVERY_MS) save();
    },
    save,
    remove: () => rmSync(path, { force: true }),
  };
};
