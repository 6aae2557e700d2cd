import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../src/deploy/kustomize.ts';
import { runK8sTests } from '../src/test-run/run-k8s-tests.ts';
import { standInProgram } from './stand-in-program.ts';

const rendered = readFileSync(join(root, 'k8s/rendered/minikube.yaml'), 'utf8');

/** What it says, where it ends, and what Vitest would be given. */
const run = async (
  args: readonly string[],
  answers: Parameters<typeof standInProgram>[1],
  env: Record<string, string> = {},
) => {
  using program = standInProgram('kubectl', { kustomize: rendered, ...answers });
  const said: string[] = [];
  let given: unknown[] | undefined;
  let built = false;
  const io = { env: { PATH: program.path, ...env }, say: (text: string) => void said.push(text) };
  const code = await runK8sTests(
    args,
    io,
    async (words, variables) => {
      given = [words, variables.DEPLOY_FULL];
      return 0;
    },
    async () => {
      built = true;
      return 0;
    },
  );
  return { code, said: said.join(''), given, built };
};
const minikube = { 'current-context': 'minikube\n' };

describe('test:k8s', () => {
  test('builds the images, loads every one of the overlay once, then runs the tests', async () => {
    const { code, said, given, built } = await run(['--full', '-t', 'smoke'], minikube, {
      K8S_LOAD: 'echo into',
    });
    expect({ code, built }).toEqual({ code: 0, built: true });
    expect(given).toEqual([['--config', 'vitest.k8s.config.ts', '-t', 'smoke'], '1']);
    const loaded = [...said.matchAll(/^\$ echo into (.*)$/gm)].map(([, image]) => image);
    expect(loaded).toHaveLength(10);
    expect(new Set(loaded).size).toBe(10);
    expect(loaded).toContain('apache/kafka:4.3.0');
  });

  test.each([
    ['there is no cluster', { ...minikube, '/readyz': { code: 1 } }, 'failed (1)'],
    ['the cluster may not be ours to use', { 'current-context': 'production\n' }, '"production"'],
    ['the namespace is somebody’s', { ...minikube, namespace: 'namespace/pushtech\n' }, 'k8s:down --all'],
  ])(
    'says loudly that nothing was tested when %s; a failure only where it is required',
    async (_what, answers, why) => {
      const { code, said, given } = await run([], answers);
      expect(said).toMatch(/^\nNOT TESTED: Kubernetes\. /);
      expect(said).toContain(why);
      expect({ code, given }).toEqual({ code: 0, given: undefined });
      expect((await run([], answers, { REQUIRE_DEPLOY: '1' })).code).toBe(1);
    },
  );
});
