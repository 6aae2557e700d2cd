import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { composeFiles, composeFolder, overlayNames } from '../../scripts/src/deploy/compose-files.ts';
import { type DotenvKey, deploymentKeys, secretKeys } from '../../scripts/src/deploy/dotenv-keys.ts';
import { allSettings } from './settings.ts';

const path = new URL('.env.example', composeFolder);
const files = composeFiles(overlayNames).map((name) => readFileSync(new URL(name, composeFolder), 'utf8'));
const asked = new Set(files.flatMap((text) => [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, key]) => key)));

const own = new Set([...secretKeys, ...deploymentKeys].map(({ key }) => key));
/** What Compose leaves open; it says itself where services listen and where the stores are. */
const settings: DotenvKey[] = allSettings().filter(({ key }) => asked.has(key) && !own.has(key));

const paragraph = ({ key, fallback = '', meaning }: DotenvKey): string =>
  `\n# ${meaning}\n${key}=${fallback}\n`;

const example = `# What Compose and minikube are run with. \`npm run tasks -- dotenv:generate\` makes .env of it, with random secrets.

# Secrets.
${secretKeys.map(paragraph).join('')}
# The stack.
${deploymentKeys.map(paragraph).join('')}
# Settings of the services; empty = the default.
${settings.map(paragraph).join('')}`;

/** `UPDATE_DOCS=1 npm test -- env-example` writes it from the code. */
it('.env.example says what the settings of the services say', () => {
  if (process.env.UPDATE_DOCS) writeFileSync(path, example);
  expect(readFileSync(path, 'utf8')).toBe(example);
});

it('every variable that a Compose file asks for stands in .env.example, and no other', () => {
  const listed = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, key]) => key);
  expect([...asked].toSorted()).toEqual(listed.toSorted());
});

it('no secret stands in .env.example', () => {
  for (const { key } of secretKeys) expect(example).toContain(`\n${key}=\n`);
});
