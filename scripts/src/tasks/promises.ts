import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deployedServices } from '../deploy/services.ts';
import type { ServicePromises } from '../promises/gather-promises.ts';
import { type Task, UsageError } from '../task.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const options = {
  all: { type: 'boolean', default: false },
  only: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** By its folder, the end of that, or its name as it is deployed. */
const isNamed = (folder: string, name: string): boolean =>
  folder === name ||
  folder.endsWith(`/${name}`) ||
  deployedServices.some((service) => service.folder === folder && service.name === name);

const choose = (services: readonly ServicePromises[], names: readonly string[]): ServicePromises[] => {
  const wrong = names.find((name) => !services.some(({ folder }) => isNamed(folder, name)));
  if (wrong !== undefined) {
    const folders = services.map(({ folder }) => folder).join(', ');
    throw new UsageError(`nothing called "${wrong}" promises anything; there are ${folders}`);
  }
  return services.filter(({ folder }) => names.length === 0 || names.some((name) => isNamed(folder, name)));
};

/** Reads promises from the tests' names; what the last runs of the tests found is in `test-results/promises.json`. */
export const promises: Task = {
  name: 'promises',
  group: 'checks',
  line: 'tells what each service promises, by the names of its tests, and what held last',
  usage: 'promises [SERVICE…] [--all] [--only held|broken|not-run] [--json]',
  help: `
SERVICE       folder or name: tracker, packages/buffer, consumer-stats; without one, a line for each
--all         every promise of all of them
--only STATE  held: its last run passed; broken: it failed; not-run: skipped or never tried here
--json        [{folder, files: [{file, promises: [{name, state, at}]}]}]`,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    // Loaded here: they bring the parser along.
    const [{ readRecord }, { gatherPromises }, show] = await Promise.all([
      import('@pushtech/testing/record'),
      import('../promises/gather-promises.ts'),
      import('../promises/show.ts'),
    ]);
    const state = values.only === undefined ? undefined : show.readState(values.only);
    if (values.only !== undefined && !state)
      throw new UsageError(`--only is held, broken or not-run, not "${values.only}"`);
    const chosen = choose(gatherPromises(root, readRecord(root)), positionals);
    const services = state ? show.onlyState(chosen, state) : chosen;
    if (values.json) io.out(`${JSON.stringify(services)}\n`);
    else if (positionals.length > 0 || values.all || state) io.out(services.map(show.details).join('\n'));
    else io.out(show.overview(services));
    return 0;
  },
};
