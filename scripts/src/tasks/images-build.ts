import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import { type Image, imageList, versionOf } from '../images/image-list.ts';
import { sizeLine } from '../images/image-size.ts';
import { type Task, UsageError } from '../task.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const options = {
  prefix: { type: 'string' },
  platform: { type: 'string' },
  push: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
} as const;

interface Build {
  /** Empty = the one of this machine. */
  platforms: string[];
  /** Straight to the registry: the images of several platforms have no place here. */
  push: boolean;
}

const readPlatforms = (text: string | undefined, push: boolean): string[] => {
  const platforms = text?.split(',') ?? [];
  const wrong = platforms.find((platform) => !/^[a-z\d]+\/[a-z\d]+(\/v\d)?$/.test(platform));
  if (wrong !== undefined) throw new UsageError(`--platform is linux/amd64 and the like, not "${wrong}"`);
  if (platforms.length > 1 && !push)
    throw new UsageError('several platforms go straight to a registry: --push');
  return platforms;
};

const wordsFor = (image: Image, { platforms, push }: Build): string[] => [
  ...(platforms.length > 0 || push ? ['docker', 'buildx', 'build'] : ['docker', 'build']),
  ...(platforms.length > 0 ? ['--platform', platforms.join(',')] : []),
  ...(push ? ['--push'] : platforms.length > 0 ? ['--load'] : []),
  ...['--build-arg', `SERVICE=${image.folder}`, '--build-arg', `VERSION=${versionOf(image)}`],
  ...['-t', image.tag, '.'],
];

/** Builds the images that Compose and Kubernetes run, from the one Dockerfile. */
export const imagesBuild: Task = {
  name: 'images:build',
  group: 'images',
  line: 'builds the images of all services, or of those named, and says how large they are',
  usage: 'images:build [NAME…] [--prefix P] [--platform P,P] [--push] [--dry-run]',
  help: `
NAME            tracker, enricher, consumer-stats, kafidx, website, scripts; default all
--prefix P      registry and folder, like registry.example.org/pushtech; default pushtech
--platform P,P  other than this machine's: linux/amd64,linux/arm64 (buildx); several need --push
--push          builds straight into the registry
--dry-run       prints the commands`,
  changes: true,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const images = imageList(positionals, values.prefix);
    const build = { platforms: readPlatforms(values.platform, values.push), push: values.push };
    const commands = createCommands(io, values['dry-run']);
    for (const image of images) await commands.run(wordsFor(image, build), { cwd: root });
    if (commands.dryRun || build.push) return 0;
    for (const image of images) io.out(await sizeLine(image, commands));
    return 0;
  },
};
