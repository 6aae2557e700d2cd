import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import { applyWords, clusterHelp, clusterOptions, kubectlFor } from '../deploy/k8s-kubectl.ts';
import { root } from '../deploy/kustomize.ts';
import type { Task } from '../task.ts';

/** The first step of `k8s:up`, for those who want to put Secrets there themselves. */
export const k8sNamespace: Task = {
  name: 'k8s:namespace',
  group: 'Kubernetes',
  line: 'makes the namespace pushtech, in which pods may do little',
  usage: 'k8s:namespace [--context C] [--dry-run]',
  help: `
${clusterHelp}`,
  changes: true,
  async run(args, io) {
    const { values } = parseArgs({ args, options: clusterOptions });
    const { run } = createCommands(io, values['dry-run']);
    await run(kubectlFor(values)(...applyWords, '-f', join(root, 'k8s/base/namespace.yaml')));
    return 0;
  },
};
