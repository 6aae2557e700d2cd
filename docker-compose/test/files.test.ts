import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { composeFiles, composeFolder } from '../../scripts/src/deploy/compose-files.ts';
import { storesOf } from '../../scripts/src/deploy/k8s-settings.ts';
import { choices, deployedWith } from './deployed.ts';
import { readFile, readFiles } from './read-files.ts';
import { rules } from './rules/index.ts';
import { schemaProblems } from './schema.ts';

const files = readdirSync(composeFolder).filter((name) => name.endsWith('.yaml'));

test.each(files)('%s is a file of the Compose Specification', (name) => {
  expect(schemaProblems(readFile(name))).toEqual([]);
});

test('the schema sees a key that is misspelt', () => {
  expect(schemaProblems({ services: { a: { image: 'a:1', heathcheck: {} } } })).toEqual([
    '/services/a must NOT have additional properties: heathcheck',
  ]);
});

/** For development the network of the stores has a way out, and sources are changed under way. */
const leave: Readonly<Record<string, string[]>> = { networks: ['network back: is not internal'] };

test.each(choices.map((overlays) => [composeFiles(overlays).join(' + '), overlays] as const))(
  '%s breaks no rule',
  (_title, overlays) => {
    const file = readFiles(composeFiles(overlays));
    const deployed = deployedWith(overlays);
    for (const [name, rule] of Object.entries(rules)) {
      const allowed = overlays.includes('dev') ? (leave[name] ?? []) : [];
      expect([name, rule(file, deployed).filter((why) => !allowed.includes(why))]).toEqual([name, []]);
    }
  },
);

test('each service knows the addresses of the stores that it talks to, and of no other, as in Kubernetes', () => {
  const { services } = readFiles(composeFiles([]));
  for (const [name, stores] of Object.entries(storesOf)) {
    const given = Object.entries(services[name]?.environment ?? {});
    const urls = given.filter(([key, value]) => /^[A-Z]+_URL$/.test(key) && value !== '').map(([key]) => key);
    const known = ['PUBLIC_URL', 'TILE_URL'];
    expect([name, urls.filter((key) => !known.includes(key)).toSorted()]).toEqual([name, stores.toSorted()]);
  }
});
