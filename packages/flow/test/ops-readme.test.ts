import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { dataFolder, startFlow } from './start-flow.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

it('the table of queues says what the code says, and names metrics that exist', async () => {
  const folder = dataFolder();
  const flow = await startFlow(folder.path);
  const metrics = await (await fetch(`${flow.url}/metrics`)).text();
  await flow.close();
  folder.remove();

  const readme = read('ops/README.md');
  const sources = [...readme.matchAll(/\| `([\w/.-]+\.ts)`: `([^`]+)` \|/g)];
  expect(sources.length).toBeGreaterThan(6);
  for (const [, path = '', text] of sources) expect(read(path)).toContain(text);
  for (const [name] of readme.matchAll(/pushtech_[a-z_]+/g)) expect(metrics).toContain(`# TYPE ${name}`);
});
