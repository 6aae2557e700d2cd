import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

export interface DocFile {
  /** Its place in the repository, with `/`. */
  path: string;
  /** The last part of its address here; empty for the first. */
  slug: string;
  title: string;
  group: 'start' | 'services' | 'packages';
  text: string;
}

const root = new URL('../../../', import.meta.url);

const startFiles = [
  'README.md',
  'ops/README.md',
  'docker-compose/README.md',
  'k8s/README.md',
  'CONTRIBUTING.md',
  'DECISIONS.md',
  'CHANGELOG.md',
];
const serviceFolders = [
  'tracker',
  'enricher',
  'consumers/stats',
  'kafidx',
  'website',
  'scripts',
  'packages/flow',
];

const packageFolders = (): string[] => {
  const folder = new URL('packages/', root);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^[a-z-]+$/.test(name) && name !== 'flow')
    .map((name) => `packages/${name}`)
    .sort();
};

const slugOf = (path: string): string => {
  const name =
    path === 'README.md' ? '' : posix.join(path.replace(/(^|\/)README\.md$/, '')).replace(/\.md$/, '');
  return name === '.'
    ? ''
    : name
        .replace(/^packages\//, '')
        .replaceAll('/', '-')
        .toLowerCase();
};

/** Parts go by the name of their folder, other documents by their heading. */
const titleOf = (path: string, text: string, group: DocFile['group']): string =>
  (group === 'start' ? /^# (.+)$/m.exec(text)?.[1]?.replace(/[`*_]/g, '').slice(0, 60) : undefined) ??
  path.replace(/^packages\//, '').replace(/\/README\.md$/, '');

const readDoc = (path: string, group: DocFile['group']): DocFile[] => {
  const url = new URL(path, root);
  if (!existsSync(url)) return [];
  const text = readFileSync(url, 'utf8');
  return [{ path, slug: slugOf(path), title: titleOf(path, text, group), group, text }];
};

/**
 * The repository's documents, read once. What is served is chosen from this list by name; nothing of a request ever
 * becomes part of a file's path.
 */
export const readDocs = (): DocFile[] => [
  ...startFiles.flatMap((path) => readDoc(path, 'start')),
  ...serviceFolders.flatMap((folder) => readDoc(`${folder}/README.md`, 'services')),
  ...packageFolders().flatMap((folder) => readDoc(`${folder}/README.md`, 'packages')),
];
