import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import { clusterHelp, clusterOptions, kubectlFor } from '../deploy/k8s-kubectl.ts';
import { overlayFolder, readOverlay } from '../deploy/kustomize.ts';
import type { Task } from '../task.ts';

const options = { context: clusterOptions.context } as const;

/** 1 means that there is a difference, and is no failure. */
const forgiving = 'code=0; "$@" || code=$?; [ "$code" -le 1 ]';

/** Before `k8s:up`. */
export const k8sDiff: Task = {
  name: 'k8s:diff',
  group: 'Kubernetes',
  line: 'shows what k8s:up would change in the cluster',
  usage: 'k8s:diff [OVERLAY] [--context C]',
  help: `
OVERLAY       a folder of k8s/overlays; default minikube
${clusterHelp.split('\n')[0]}`,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const folder = overlayFolder(readOverlay(positionals));
    const words = ['diff', '--server-side', '--force-conflicts', '--field-manager=pushtech', '-k', folder];
    const { read } = createCommands(io);
    const said = await read(['sh', '-c', forgiving, 'diff', ...kubectlFor(values)(...words)]);
    io.out(said || 'Nothing would change.\n');
    return 0;
  },
};
