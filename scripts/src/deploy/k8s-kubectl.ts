import { namespace } from './kustomize.ts';

/** Flags of every task that talks to a cluster. */
export const clusterOptions = {
  context: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

export const clusterHelp = `--context C   which cluster of the kubeconfig; default the current one
--dry-run     prints the commands, and asks the cluster only what changes nothing`;

/** Builds kubectl's words: which cluster first. */
export const kubectlFor =
  ({ context }: { context?: string | undefined }) =>
  (...words: readonly string[]): string[] => [
    'kubectl',
    ...(context === undefined ? [] : ['--context', context]),
    ...words,
  ];

/** What tasks apply is theirs, also where somebody changed it by hand. Server side: no copy of a Secret in an annotation. */
export const applyWords = [
  'apply',
  '--server-side',
  '--force-conflicts',
  '--field-manager=pushtech',
] as const;

export const inNamespace = ['--namespace', namespace] as const;
