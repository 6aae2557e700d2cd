import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../src/deploy/kustomize.ts';
import { deployedServices } from '../src/deploy/services.ts';
import { hearTask } from './hear-task.ts';
import { type Call, standInProgram } from './stand-in-program.ts';

const secrets = {
  ADMIN_PASSWORD: 'w-admin',
  SECRET_KEY: 'w-key',
  API_TOKEN: 'w-api',
  METRICS_TOKEN: 'w-metrics',
  REDIS_PASSWORD: 'w/redis',
  MONGO_PASSWORD: 'w-mongo',
};
const external = {
  BUFFER_URL: 'rediss://u:w-b@redis.example.org/0',
  LOG_URL: 'kafka://kafka.example.org:9092',
  STATS_URL: 'rediss://u:w-s@redis.example.org/1',
  STORE_URL: 'mongodb://u:w-m@mongo.example.org/pushtech',
};
const rendered = readFileSync(join(root, 'k8s/rendered/minikube.yaml'), 'utf8');
const kinds = 'deployments.apps\nstatefulsets.apps\nservices\njobs.batch\nsecrets\npersistentvolumeclaims\n';

/** kubectl as far as these tasks listen to it. */
const kubectl = (more: Parameters<typeof standInProgram>[1] = {}) =>
  standInProgram('kubectl', { kustomize: rendered, 'api-resources': kinds, nodes: '192.0.2.7', ...more });

const run = async (program: ReturnType<typeof kubectl>, ...args: string[]) => ({
  ...(await hearTask(args, { PATH: program.path })),
  calls: program.calls(),
});
const writeEnv = ({ folder }: { folder: string }, values: object): string => {
  const path = join(folder, 'env');
  writeFileSync(
    path,
    Object.entries(values)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  return path;
};
const words = (calls: readonly Call[]): string[] => calls.map(({ args }) => args.join(' '));
const secretsIn = (call: Call | undefined): Record<string, Record<string, string>> =>
  Object.fromEntries(
    (JSON.parse(call?.input ?? '{}').items as { metadata: { name: string }; stringData: object }[]).map(
      ({ metadata, stringData }) => [metadata.name, stringData as Record<string, string>],
    ),
  );

describe('k8s:secrets', () => {
  test('gives the values to kubectl by its input, and to nobody else', async () => {
    using program = kubectl();
    const { code, said, out, calls } = await run(
      program,
      'k8s:secrets',
      '--file',
      writeEnv(program, secrets),
    );
    expect(code).toBe(0);
    expect(calls).toHaveLength(1);
    expect(secretsIn(calls[0])).toEqual({
      'pushtech-secrets': secrets,
      'pushtech-stores': {
        BUFFER_URL: 'redis://:w%2Fredis@redis:6379/0',
        LOG_URL: 'kafka://kafka:9092',
        STATS_URL: 'redis://:w%2Fredis@redis:6379/1',
        STORE_URL: 'mongodb://pushtech:w-mongo@mongo:27017/pushtech?authSource=admin',
      },
    });
    expect(said + out + words(calls)).not.toMatch(/w[/-](admin|key|api|metrics|redis|mongo)/);
    // A client-side apply would copy them into an annotation.
    expect(words(calls)[0]).toMatch(/^apply --server-side .*-f -$/);
  });

  test('takes the URLs of stores elsewhere, and needs no passwords of our own stores then', async () => {
    using program = kubectl();
    const { REDIS_PASSWORD: _, MONGO_PASSWORD: __, ...rest } = secrets;
    const file = writeEnv(program, { ...rest, ...external, OIDC_CLIENT_SECRET: 'w-oidc' });
    const { calls } = await run(program, 'k8s:secrets', '--file', file);
    expect(secretsIn(calls[0])).toEqual({
      'pushtech-secrets': { ...rest, OIDC_CLIENT_SECRET: 'w-oidc' },
      'pushtech-stores': external,
    });
  });

  test.each([
    ['a secret is missing', { ...secrets, API_TOKEN: '' }, 'API_TOKEN must be set'],
    [
      'only one store is elsewhere',
      { ...secrets, LOG_URL: 'kafka://k:1' },
      'BUFFER_URL, STATS_URL, STORE_URL',
    ],
  ])('says so when %s, and calls nobody', async (_what, values, sentence) => {
    using program = kubectl();
    const { code, said, calls } = await run(program, 'k8s:secrets', '--file', writeEnv(program, values));
    expect(said).toContain(sentence);
    expect({ code, calls }).toEqual({ code: 1, calls: [] });
  });

  test('names the task that makes the file when there is none', async () => {
    using program = kubectl();
    const { code, said } = await run(program, 'k8s:secrets', '--file', '/nowhere/.env');
    expect(said).toContain('dotenv:generate');
    expect(code).toBe(1);
  });
});

describe('k8s:up', () => {
  test('makes what is missing, runs the job anew, applies, waits, and says where it is', async () => {
    using program = kubectl();
    const file = writeEnv(program, secrets);
    const { code, out, calls } = await run(program, 'k8s:up', '--file', file, '--context', 'mine');
    expect(code).toBe(0);
    expect(
      calls.every(
        ({ args: [verb, flag, context] }) =>
          verb === 'kustomize' || (verb === '--context' && flag === 'mine') || context === 'mine',
      ),
    ).toBe(true);
    const steps = words(calls).map((line) => line.replace('--context mine ', ''));
    expect(steps.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      `kustomize ${join(root, 'k8s/overlays/minikube')}`,
      'apply --server-side',
      'get secret',
      'apply --server-side',
      'delete job',
      'apply --server-side',
      'wait --for=condition=complete',
      'rollout status',
      'get nodes',
    ]);
    for (const { nodePort } of deployedServices) {
      if (nodePort) expect(out).toContain(`http://192.0.2.7:${nodePort}\n`);
    }
    expect(out).toContain('http://192.0.2.7:30080\n');
  });

  test('leaves Secrets alone that are there', async () => {
    using program = kubectl({ secret: 'secret/pushtech-secrets\nsecret/pushtech-stores\n' });
    const { code, calls } = await run(program, 'k8s:up', '--file', '/nowhere/.env');
    expect(code).toBe(0);
    expect(calls.filter(({ input }) => input !== '')).toEqual([]);
  });

  test('does not make up stores for an overlay that has none', async () => {
    using program = kubectl({ kustomize: 'kind: Namespace\nmetadata: {name: pushtech}\n' });
    const { code, said, calls } = await run(program, 'k8s:up', 'cloud');
    expect(said).toContain('no stores of its own');
    expect(code).toBe(1);
    expect(words(calls).some((line) => line.includes('-k'))).toBe(false);
  });

  test('changes nothing in a dry run, and shows no secret', async () => {
    using program = kubectl();
    const file = writeEnv(program, secrets);
    const { code, said, calls } = await run(program, 'k8s:up', '--file', file, '--dry-run');
    expect(code).toBe(0);
    expect(calls.map(({ args: [verb] }) => verb)).toEqual(['kustomize', 'get']);
    expect(said).toContain('$ kubectl apply');
    expect(said).not.toContain('w-admin');
  });

  test('stops at the first step that fails', async () => {
    using program = kubectl({ job: { code: 1 } });
    const { code, calls } = await run(program, 'k8s:up', '--file', writeEnv(program, secrets));
    expect(code).toBe(1);
    expect(words(calls).at(-1)).toContain('delete job');
  });

  test.each([['--timeout', 'soon'], ['no-overlay'], ['minikube', 'cloud']])('refuses %s', async (...args) => {
    using program = kubectl();
    const { code, calls } = await run(program, 'k8s:up', ...args);
    expect({ code, calls }).toEqual({ code: 2, calls: [] });
  });
});

describe('k8s:down', () => {
  test('deletes only what is ours and this cluster knows, and neither claims nor Secrets', async () => {
    using program = kubectl();
    const { code, calls } = await run(program, 'k8s:down');
    expect(code).toBe(0);
    const [, deletion = ''] = words(calls);
    expect(calls).toHaveLength(2);
    expect(deletion).toContain(
      'delete deployments.apps,statefulsets.apps,jobs.batch,services --namespace pushtech',
    );
    expect(deletion).toContain('--selector app.kubernetes.io/part-of=pushtech');
    expect(deletion).not.toMatch(/secret|claim|httproute/);
  });

  test('takes the namespace with all that is in it when --all is said', async () => {
    using program = kubectl();
    const { calls } = await run(program, 'k8s:down', '--all');
    expect(words(calls).at(-1)).toContain('delete namespace pushtech');
  });

  test('deletes nothing in a dry run', async () => {
    using program = kubectl();
    const { calls, said } = await run(program, 'k8s:down', '--all', '--dry-run');
    expect(words(calls)).toEqual(['api-resources --namespaced --output name']);
    expect(said).toContain('$ kubectl delete namespace pushtech');
  });
});

describe('k8s:diff', () => {
  test.each([
    ['nothing would change', '', 0],
    ['something would change', { code: 1 } as const, 0],
    ['it cannot tell', { code: 2 } as const, 1],
  ])('ends well unless kubectl failed: %s', async (_what, answer, expected) => {
    using program = kubectl({ diff: answer });
    const { code, calls } = await run(program, 'k8s:diff', 'cloud');
    expect(code).toBe(expected);
    expect(words(calls)[0]).toMatch(/^diff --server-side .*overlays\/cloud$/);
  });
});

describe('k8s:namespace', () => {
  test('applies the namespace', async () => {
    using program = kubectl();
    const { code, calls } = await run(program, 'k8s:namespace');
    expect(code).toBe(0);
    const file = words(calls)[0]?.split(' ').at(-1) ?? '';
    expect(existsSync(file)).toBe(true);
  });
});

describe('minikube:start', () => {
  test('starts with a network that knows policies, and builds every image into it', async () => {
    using program = standInProgram('minikube');
    const { code } = await hearTask(['minikube:start', '--driver', 'docker'], { PATH: program.path });
    expect(code).toBe(0);
    const [start = '', ...builds] = words(program.calls());
    expect(start).toMatch(/^start --driver=docker .*--cni=calico --addons=metrics-server$/);
    expect(builds.map((line) => /SERVICE=(\S+)/.exec(line)?.[1])).toEqual([
      ...deployedServices.map(({ folder }) => folder),
      'scripts',
    ]);
  });

  test('only prints in a dry run', async () => {
    using program = standInProgram('minikube');
    const { said } = await hearTask(['minikube:start', '--no-build', '--dry-run'], { PATH: program.path });
    expect(said).toMatch(/^\$ minikube start [^\n]+\n$/);
    expect(program.calls()).toEqual([]);
  });
});
