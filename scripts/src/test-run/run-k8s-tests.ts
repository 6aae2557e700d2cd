import { createCommands } from '../commands.ts';
import { namespace, readManifests, renderOverlay } from '../deploy/kustomize.ts';
import type { TaskIo } from '../task.ts';
import { imagesBuild } from '../tasks/images-build.ts';
import { readDeployArgs } from './deploy-args.ts';
import { runVitest } from './run-vitest.ts';

type Io = Pick<TaskIo, 'env' | 'say'>;
interface PodOwner {
  spec?: { template?: { spec: Record<'initContainers' | 'containers', { image: string }[] | undefined> } };
}

/** A namespace that is there has somebody's data in it, and a cluster that is not for trying out is left alone. */
const problemOf = async (io: Io): Promise<string | undefined> => {
  const { read } = createCommands(io);
  const ask = async (...words: string[]): Promise<string> =>
    (await read(['kubectl', '--request-timeout=10s', ...words])).trim();
  try {
    const context = await ask('config', 'current-context');
    if (context !== 'minikube' && !io.env.K8S_LOAD) {
      return `The current context is "${context}", not minikube. For another cluster that may be used, set K8S_LOAD to the command that puts an image into it.`;
    }
    await ask('get', '--raw', '/readyz');
    const there = await ask('get', 'namespace', namespace, '--ignore-not-found', '-o', 'name');
    return there
      ? `The namespace ${namespace} is there already; \`k8s:down --all\` deletes it with its data.`
      : undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const imagesOf = (rendered: string): string[] => {
  const pods = readManifests(rendered).flatMap((one) => (one as PodOwner).spec?.template?.spec ?? []);
  const used = pods.flatMap(({ initContainers = [], containers = [] }) => [...initContainers, ...containers]);
  return [...new Set(used.map(({ image }) => image))];
};

/** From the sources as they are now: an old image would be tested in their place. */
const buildImages = (io: Io): Promise<number> =>
  imagesBuild.run([], { ...io, out: io.say, isTerminal: false, clock: Date.now });

/** What the overlay runs, out of this machine's Docker into the cluster. */
const loadImages = async (io: Io): Promise<void> => {
  const { run, read } = createCommands(io);
  const loader = io.env.K8S_LOAD?.split(' ') ?? ['minikube', 'image', 'load'];
  for (const image of imagesOf(await renderOverlay('minikube', { read }))) await run([...loader, image]);
};

/**
 * Builds the images, applies the minikube overlay to a real cluster, tests it, and takes it down. Without one nothing is tested, which is said;
 * with `REQUIRE_DEPLOY=1` that is a failure.
 * @param args `[--full] [--loaded]` (the images are in the cluster already) and what Vitest understands
 * @returns the exit code
 */
export const runK8sTests = async (
  args: readonly string[],
  io: Io,
  run: typeof runVitest = runVitest,
  build = buildImages,
): Promise<number> => {
  const { env, rest } = readDeployArgs(args);
  const problem = await problemOf(io);
  if (problem !== undefined) {
    io.say(`\nNOT TESTED: Kubernetes. ${problem}\n\n`);
    return io.env.REQUIRE_DEPLOY === '1' ? 1 : 0;
  }
  if (!rest.includes('--loaded')) {
    await build(io);
    await loadImages(io);
  }
  const words = rest.filter((word) => word !== '--loaded');
  return run(['--config', 'vitest.k8s.config.ts', ...words], { ...io.env, ...env });
};
