import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generatedFiles } from '../src/deploy/k8s-files.ts';
import { overlayFolder, overlays, root } from '../src/deploy/kustomize.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const files = [...(await generatedFiles(root))];

describe('files below k8s that are made of others (npm run tasks -- k8s:render)', () => {
  test.each(files)('%s is up to date', (path, text) => {
    expect(readFileSync(join(root, 'k8s', path), 'utf8')).toBe(text);
  });
});

// Where there is no kubectl, the renders in the repository are what the other tests look at.
describe.runIf(hasKubectl)('what kubectl makes of each overlay', () => {
  test.each(overlays())('%s is what lies in k8s/rendered, twice, and without a warning', (overlay) => {
    const render = () => spawnSync('kubectl', ['kustomize', overlayFolder(overlay)], { encoding: 'utf8' });
    const [{ stdout, stderr }, again] = [render(), render()];
    expect(stderr).toBe('');
    expect(stdout).toBe(readFileSync(join(root, `k8s/rendered/${overlay}.yaml`), 'utf8'));
    expect(again.stdout).toBe(stdout);
  });

  test('no component is left out of all overlays', () => {
    const used = overlays()
      .map((overlay) => readFileSync(join(overlayFolder(overlay), 'kustomization.yaml'), 'utf8'))
      .join();
    for (const name of readdirSync(join(root, 'k8s/components')))
      expect(used).toContain(`components/${name}\n`);
  });
});
