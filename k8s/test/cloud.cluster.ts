import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readManifests, renderOverlay } from '../../scripts/src/deploy/kustomize.ts';
import { kubectl, kubectlWith, read } from './cluster.ts';

interface Kind {
  apiVersion: string;
  kind: string;
}

describe.runIf(process.env.DEPLOY_FULL)('the cloud overlay', () => {
  test('is taken by the API server, unknown fields included, as far as it knows the kinds', async () => {
    const manifests = readManifests(await renderOverlay('cloud', { read })) as unknown as Kind[];
    const versions = (await kubectl('api-versions')).split('\n');
    const known = manifests.filter(({ apiVersion }) => versions.includes(apiVersion));
    const unknown = manifests.filter((one) => !known.includes(one)).map(({ kind }) => kind);
    // These need the Prometheus operator; their schema is checked in rules.test.ts.
    expect(unknown.filter((kind) => !['PodMonitor', 'PrometheusRule'].includes(kind))).toEqual([]);

    const dryRun = [
      'apply',
      '--server-side',
      '--force-conflicts',
      '--field-manager=pushtech',
      '--dry-run=server',
      '-f',
      '-',
    ];
    const said = await kubectlWith(known.map((one) => stringify(one)).join('---\n'), ...dryRun);
    expect(said.trim().split('\n')).toHaveLength(known.length);
  });
});
