import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { deployedAs, root, textOf } from './deployed.ts';
import { rules } from './rules/index.ts';
import type { Manifest } from './rules/manifest.ts';

const overlays = readdirSync(new URL('k8s/overlays/', root)).toSorted();
const rendered = readdirSync(new URL('k8s/rendered/', root)).toSorted();

test('every overlay has its render in the repository, and every render its overlay', () => {
  expect(rendered).toEqual(overlays.map((overlay) => `${overlay}.yaml`));
});

describe.each(rendered)('k8s/rendered/%s', (file) => {
  const documents = parseAllDocuments(textOf(`k8s/rendered/${file}`)).map((one) => one.toJS() as Manifest);
  const deployed = deployedAs(file.replace('.yaml', ''));

  test.each(Object.values(rules))('$promise', ({ check }) => {
    expect(check(documents, deployed)).toEqual([]);
  });
});
