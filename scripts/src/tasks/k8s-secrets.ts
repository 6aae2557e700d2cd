import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import { applyWords, clusterHelp, clusterOptions, kubectlFor } from '../deploy/k8s-kubectl.ts';
import { readSecretsFile, secretNames, secretsManifest } from '../deploy/k8s-secrets.ts';
import type { Task } from '../task.ts';

const options = { ...clusterOptions, file: { type: 'string', default: 'docker-compose/.env' } } as const;

/** Values go to kubectl by its standard input: on no command line, in no file, on no screen. */
export const k8sSecrets: Task = {
  name: 'k8s:secrets',
  group: 'Kubernetes',
  line: 'makes the Secrets of passwords, keys and store URLs out of docker-compose/.env',
  usage: 'k8s:secrets [--file F] [--context C] [--dry-run]',
  help: `
--file F      default docker-compose/.env, made by dotenv:generate. BUFFER_URL LOG_URL STATS_URL STORE_URL in it
              name stores elsewhere (k8s/components/external-stores/stores.env.example)
${clusterHelp}`,
  changes: true,
  async run(args, io) {
    const { values } = parseArgs({ args, options });
    const input = secretsManifest(readSecretsFile(values.file));
    const { run } = createCommands(io, values['dry-run']);
    await run(kubectlFor(values)(...applyWords, '-f', '-'), { input });
    io.say(
      `${secretNames.join(' and ')} ${values['dry-run'] ? 'would be' : 'are'} as ${values.file} says. Pods read them when they start: kubectl -n pushtech rollout restart deployment\n`,
    );
    return 0;
  },
};
