import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '@pushtech/testing/record';
import { type Judged, judge, type Runs, ranBeside } from './judge.ts';
import { readTests } from './read-tests.ts';

export interface FilePromises {
  /** From the folder of the service. */
  file: string;
  promises: Judged[];
}

export interface ServicePromises {
  /** From the root. */
  folder: string;
  files: FilePromises[];
}

const IS_RUN = /\.(test|faults|compose|cluster)\.ts$/;

const mayDeclare = (path: string, source: string): boolean =>
  IS_RUN.test(path) ||
  (!path.endsWith('.sample.ts') && /^\s*(test|it|describe|promise)(\.\w+)*\(/m.test(source));

/** Contracts declare tests for the files that call them: all of the folder that ran may have their names. */
const runsFor = (path: string, folder: string, record: RunRecord): Runs => {
  if (IS_RUN.test(path)) return record[path] ?? {};
  const files = Object.keys(record).filter((file) => file.startsWith(`${folder}/test/`));
  return Object.assign({}, ...files.map((file) => record[file]));
};

const gatherFolder = (
  root: string,
  folder: string,
  paths: readonly string[],
  record: RunRecord,
): ServicePromises => {
  const known = new Map<string, Set<string>>();
  const contracts = new Set<string>();
  const files = paths.flatMap((path) => {
    const source = readFileSync(join(root, path), 'utf8');
    if (!mayDeclare(path, source)) return [];
    const found = judge(readTests(source), runsFor(path, folder, record));
    known.set(path, found.known);
    if (!IS_RUN.test(path)) for (const name of found.known) contracts.add(name);
    return [{ path, promises: found.judged }];
  });
  const complete = files.map(({ path, promises }) => {
    const said = new Set([...contracts, ...(known.get(path) ?? [])]);
    const beside = IS_RUN.test(path) ? ranBeside(record[path] ?? {}, said) : [];
    return { file: path.slice(folder.length + 1), promises: [...promises, ...beside] };
  });
  return { folder, files: complete.filter(({ promises }) => promises.length > 0) };
};

/** What all services and packages promise by the names of their tests, and what is known of each. */
export const gatherPromises = (root: string, record: RunRecord): ServicePromises[] => {
  const paths = globSync('{packages/*,consumers/*,*}/test/**/*.ts', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**'],
  }).toSorted();
  const folders = Map.groupBy(paths, (path) => path.slice(0, path.indexOf('/test/')));
  return [...folders]
    .map(([folder, own]) => gatherFolder(root, folder, own, record))
    .filter(({ files }) => files.length > 0);
};
