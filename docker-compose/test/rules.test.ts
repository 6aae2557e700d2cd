import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { deployedWith } from './deployed.ts';
import { rules } from './rules/index.ts';
import type { ComposeFile, Deployed } from './rules/rule.ts';

const here = (path: string): URL => new URL(path, import.meta.url);
const namesIn = (folder: string, end: string): string[] =>
  readdirSync(here(folder)).map((file) => file.replace(end, ''));

/** One service is enough: a fixture need not grow with the list. */
const all = deployedWith([]);
const one: Deployed = {
  ...all,
  services: all.services.filter(({ name }) => name === 'tracker'),
  settings: { tracker: ['HOST', 'PORT', 'SECRET_KEY'] },
  version: '1.2.3',
  caddyfiles: {},
};

/** `x-deployed` stands for files that the rule compares with. */
interface Fixture extends ComposeFile {
  'x-deployed'?: Partial<Deployed>;
}

test('every rule is in the list and has a fixture that breaks it', () => {
  const known = Object.keys(rules).toSorted();
  expect(
    namesIn('rules', '.ts')
      .filter((name) => !['index', 'rule'].includes(name))
      .toSorted(),
  ).toEqual(known);
  expect(namesIn('fixtures/bad', '.yaml').toSorted()).toEqual(known);
});

test.for(Object.entries(rules))('%s says what is wrong, and nothing else', ([name, rule]) => {
  const text = readFileSync(here(`fixtures/bad/${name}.yaml`), 'utf8');
  const fixture = parse(text, { merge: true }) as Fixture;
  const expected = [...text.matchAll(/^#! (.*)$/gm)].map(([, sentence]) => sentence);
  const said = rule(fixture, { ...one, ...fixture['x-deployed'] });
  expect(said.toSorted()).toEqual(expected.toSorted());
  expect(said.length).toBeGreaterThan(0);
});
