import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PushtechError } from '@pushtech/event';
import { type Commands, createCommands } from '../commands.ts';
import { applyWords, clusterHelp, clusterOptions, inNamespace, kubectlFor } from '../deploy/k8s-kubectl.ts';
import { readSecretsFile, secretNames, secretsManifest } from '../deploy/k8s-secrets.ts';
import {
  addressesIn,
  overlayFolder,
  readManifests,
  readOverlay,
  renderOverlay,
  root,
} from '../deploy/kustomize.ts';
import { type Task, UsageError } from '../task.ts';

const options = {
  ...clusterOptions,
  file: { type: 'string' },
  timeout: { type: 'string', default: '600' },
} as const;

type Kubectl = ReturnType<typeof kubectlFor>;

const readTimeout = (text: string): string => {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError(`--timeout is a number of seconds, not "${text}"`);
  return `--timeout=${text}s`;
};

/** Those that are there stay: a new password would not fit the stores that know the old one. */
const putSecrets = async (
  kubectl: Kubectl,
  commands: Commands,
  { file, ownStores }: { file: string | undefined; ownStores: boolean },
): Promise<void> => {
  const asked = kubectl('get', 'secret', ...secretNames, ...inNamespace, '--ignore-not-found', '-o', 'name');
  const found = (await commands.read(asked)).split('\n').filter(Boolean);
  if (found.length === secretNames.length) return;
  if (file === undefined && !ownStores) {
    const why = 'this overlay has no stores of its own: first name yours with k8s:secrets --file F';
    throw new PushtechError('K8S_SECRETS', 'fatal', why);
  }
  const input = secretsManifest(readSecretsFile(file ?? join(root, 'docker-compose/.env')));
  await commands.run(kubectl(...applyWords, '-f', '-'), { input });
};

const waitUntilReady = async (kubectl: Kubectl, { run }: Commands, timeout: string): Promise<void> => {
  const ours = ['--selector', 'app.kubernetes.io/part-of=pushtech'];
  const init = ['--for=condition=complete', 'job', '--selector', 'app.kubernetes.io/name=init'];
  await run(kubectl('wait', ...init, ...inNamespace, timeout));
  await run(kubectl('rollout', 'status', 'statefulset,deployment', ...ours, ...inNamespace, timeout));
};

const NODE = 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}';

/** From nothing, or from what is there: applied as often as one likes. */
export const k8sUp: Task = {
  name: 'k8s:up',
  group: 'Kubernetes',
  line: 'brings an overlay up in the cluster, waits until all is ready, and says where it is',
  usage: 'k8s:up [OVERLAY] [--file F] [--timeout S] [--context C] [--dry-run]',
  help: `
OVERLAY       a folder of k8s/overlays; default minikube
--file F      for the Secrets, if there are none yet; default docker-compose/.env where the stores are in the cluster
--timeout S   seconds for each step to get ready; default 600
${clusterHelp}`,
  changes: true,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const overlay = readOverlay(positionals);
    const timeout = readTimeout(values.timeout);
    const kubectl = kubectlFor(values);
    const commands = createCommands(io, values['dry-run']);
    const manifests = readManifests(await renderOverlay(overlay, commands));
    const ownStores = manifests.some(({ kind }) => kind === 'StatefulSet');

    await commands.run(kubectl(...applyWords, '-f', join(root, 'k8s/base/namespace.yaml')));
    await putSecrets(kubectl, commands, { file: values.file, ownStores });
    // A Job cannot be changed, and this one is to run again.
    const old = ['delete', 'job', '--selector', 'app.kubernetes.io/name=init', '--ignore-not-found'];
    await commands.run(kubectl(...old, ...inNamespace));
    await commands.run(kubectl(...applyWords, '-k', overlayFolder(overlay)));
    await waitUntilReady(kubectl, commands, timeout);
    if (commands.dryRun) return 0;
    const node = await commands.read(kubectl('get', 'nodes', '-o', NODE));
    io.out(`${addressesIn(manifests, node).join('\n')}\n`);
    return 0;
  },
};
