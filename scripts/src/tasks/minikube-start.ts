import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import { root } from '../deploy/kustomize.ts';
import { imageList, versionOf } from '../images/image-list.ts';
import type { Task } from '../task.ts';

const options = {
  driver: { type: 'string' },
  cpus: { type: 'string', default: '2' },
  memory: { type: 'string', default: '8g' },
  'no-build': { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
} as const;

/** A cluster on this machine, with our images in it. */
export const minikubeStart: Task = {
  name: 'minikube:start',
  group: 'Kubernetes',
  line: 'starts minikube as the overlay needs it, and builds the images into it',
  usage: 'minikube:start [--driver D] [--cpus N] [--memory M] [--no-build] [--dry-run]',
  help: `
--driver D   docker, kvm2 and the like; default what minikube finds
--cpus N     default 2: the pods ask for 1.5
--memory M   default 8g: the pods ask for 6
--no-build   takes the images that are there
--dry-run    prints the commands`,
  changes: true,
  async run(args, io) {
    const { values } = parseArgs({ args, options });
    const { run } = createCommands(io, values['dry-run']);
    const driver = values.driver === undefined ? [] : [`--driver=${values.driver}`];
    const size = [`--cpus=${values.cpus}`, `--memory=${values.memory}`];
    // Minikube's own network knows no policies; the autoscaler needs measurements.
    await run(['minikube', 'start', ...driver, ...size, '--cni=calico', '--addons=metrics-server']);
    for (const image of values['no-build'] ? [] : imageList([])) {
      const opts = [`SERVICE=${image.folder}`, `VERSION=${versionOf(image)}`];
      const words = opts.map((one) => `--build-opt=build-arg=${one}`);
      await run(['minikube', 'image', 'build', '-t', image.tag, ...words, '.'], { cwd: root });
    }
    return 0;
  },
};
