import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { root, textOf } from './deployed.ts';
import type { Manifest } from './rules/manifest.ts';
import { schemaProblems } from './rules/schema.ts';

type Kustomization = Manifest & Readonly<Record<string, unknown>>;

/** Kustomize still takes them, with a warning; later versions will not. */
const DEPRECATED = ['bases', 'commonLabels', 'imageTags', 'patchesJson6902', 'patchesStrategicMerge', 'vars'];

const deprecated = (file: Kustomization): string[] => DEPRECATED.filter((field) => field in file);

const files = readdirSync(new URL('k8s/', root), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('kustomization.yaml') && !path.includes('fixtures'))
  .toSorted();

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

test.each(files)('k8s/%s is valid, has no deprecated field and names only what is there', (path) => {
  const file = parse(textOf(`k8s/${path}`), { merge: true }) as Kustomization;
  expect(schemaProblems({ ...file, metadata: { name: path } })).toEqual([]);
  expect(deprecated(file)).toEqual([]);
  const { resources = [], components = [] } = file as { resources?: string[]; components?: string[] };
  const missing = [...resources, ...components].filter(
    (name) => !existsSync(new URL(`k8s/${folderOf(path)}${name}`, root)),
  );
  expect(missing).toEqual([]);
});

test('a misspelt and a deprecated field of a kustomization are found', () => {
  const bad = parse(textOf('k8s/test/fixtures/kustomization.yaml')) as Kustomization;
  expect(schemaProblems(bad)).toEqual([
    'Kustomization bad: the document must NOT have additional properties (resorces)',
  ]);
  expect(deprecated(bad)).toEqual(['commonLabels']);
});

test('every component is part of an overlay, else nothing would show that it works', () => {
  const used = files
    .filter((path) => path.startsWith('overlays/'))
    .map((path) => textOf(`k8s/${path}`))
    .join('\n');
  const components = readdirSync(new URL('k8s/components/', root));
  expect(components.filter((name) => !used.includes(`/components/${name}\n`))).toEqual([]);
});
