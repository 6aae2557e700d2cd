import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { deployedAs, textOf } from './deployed.ts';
import { rules } from './rules/index.ts';
import type { Manifest } from './rules/manifest.ts';

const BAD = 'k8s/test/fixtures/bad';
const OVERLAY = 'minikube';

const deployed = deployedAs(OVERLAY);
/** Two services are enough: a fixture need not grow with the list. */
const two = {
  ...deployed,
  services: deployed.services.filter(({ name }) => ['tracker', 'website'].includes(name)),
  compose: {
    tracker: {
      image: 'pushtech/tracker:0.1.0',
      environment: { LOG_LEVEL: '', SITES: '' },
      volumes: ['spool:/data'],
    },
    redis: { image: 'redis:7.4', volumes: ['redis:/data', './config/redis:/etc/redis:ro'] },
    kafka: { image: 'apache/kafka:4.3.0', environment: { KAFKA_NODE_ID: 1 } },
    mongo: { image: 'mongo:8.0', command: ['--wiredTigerCacheSizeGB', '0.25'], volumes: ['mongo:/data/db'] },
  },
  alertGroups: [{ name: 'tracker', rules: [] }],
  files: { 'redis.conf': 'appendonly yes\n' },
};

/** What a fixture says a rule must say of it: its comments `#! `. */
const expected = (text: string): string[] =>
  [...text.matchAll(/^#! (.*)$/gm)].map(([, sentence = '']) => sentence);

const documentsOf = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Manifest);

test('every rule is in the list and has a fixture that breaks it', () => {
  const names = (folder: string, end: string) =>
    readdirSync(new URL(folder, import.meta.url)).map((file) => file.replace(end, ''));
  const helping = ['index', 'manifest', 'network', 'pods', 'quantity', 'rule'];
  expect(Object.keys(rules)).toEqual(
    names('rules', '.ts')
      .filter((name) => !helping.includes(name))
      .toSorted(),
  );
  expect(names('fixtures/bad', '.yaml').toSorted()).toEqual(Object.keys(rules));
});

test.for(Object.entries(rules))(
  '%s finds every fault in its fixture, says which object and field, and finds no other',
  ([name, { check }]) => {
    const text = textOf(`${BAD}/${name}.yaml`);
    const said = check(documentsOf(text), two);
    expect(said.toSorted()).toEqual(expected(text).toSorted());
    expect(said.length).toBeGreaterThan(0);
  },
);
