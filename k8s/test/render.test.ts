import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../scripts/src/deploy/k8s-files.ts';
import { root, textOf } from './deployed.ts';

const overlays = readdirSync(new URL('k8s/overlays/', root)).toSorted();
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

if (!hasKubectl)
  console.warn('skipped: kubectl is not here, so nothing shows that k8s/rendered is what kustomize makes');

const render = (overlay: string) => {
  const folder = fileURLToPath(new URL(`k8s/overlays/${overlay}`, root));
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

test('files below k8s that are made of others are as `k8s:render` would make them', async () => {
  const made = await generatedFiles(fileURLToPath(root));
  const old = [...made].filter(([path, text]) => textOf(`k8s/${path}`) !== text).map(([path]) => path);
  expect(old).toEqual([]);
});

test.skipIf(hasKubectl || process.env.REQUIRE_DEPLOY !== '1')(
  'kubectl is there, as REQUIRE_DEPLOY=1 wants',
  () => {
    expect(hasKubectl).toBe(true);
  },
);

test.skipIf(!hasKubectl).each(overlays)(
  'k8s/rendered/%s.yaml is what kustomize makes, twice alike and without a warning (needs kubectl)',
  (overlay) => {
    const [one, other] = [render(overlay), render(overlay)];
    expect(one).toEqual({ status: 0, stdout: other.stdout, stderr: '' });
    // Written anew by: npm run tasks -- k8s:render
    expect(textOf(`k8s/rendered/${overlay}.yaml`)).toBe(one.stdout);
  },
);
