import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { composeFolder } from '../deploy/compose-files.ts';
import { readIfThere, refuseExisting, writeSecretly } from '../deploy/dotenv-file.ts';
import { secretKeys } from '../deploy/dotenv-keys.ts';
import { covered, missingParagraphs, readDotenv, withValues } from '../deploy/dotenv-text.ts';
import { type Task, UsageError } from '../task.ts';

const options = {
  file: { type: 'string', default: fileURLToPath(new URL('.env', composeFolder)) },
  force: { type: 'boolean', default: false },
  update: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
} as const;

/** What will stand in the file: the template, or what stands there and the paragraphs that it lacks. */
const draft = (before: string | undefined, template: string): string => {
  if (before === undefined) return template;
  const missing = missingParagraphs(before, template).map((paragraph) => `\n${paragraph}\n`);
  return `${before.trimEnd()}\n${missing.join('')}`;
};

/** Makes the one file of secrets and settings that Compose and minikube are run with. */
export const dotenvGenerate: Task = {
  name: 'dotenv:generate',
  group: 'set up',
  line: 'makes docker-compose/.env: random secrets and every setting, for Compose and minikube',
  usage: 'dotenv:generate [--file F] [--update | --force] [--dry-run]',
  help: `
--file F    another file than docker-compose/.env
--update    keeps what is there, adds the keys and secrets that are missing
--force     makes it anew, with new secrets: stores that were started with the old ones refuse them
--dry-run   shows what would be written, without the secrets`,
  changes: true,
  async run(args, io) {
    const { values } = parseArgs({ args, options });
    const { file, force, update } = values;
    if (force && update) throw new UsageError('--update and --force are two ways; choose one');
    const before = force ? undefined : readIfThere(file);
    if (before !== undefined && !update) refuseExisting(file);
    // Loaded here: the other tasks need no web server, and start in half the time.
    const { fillSecrets } = await import('../deploy/dotenv-secrets.ts');
    const text = draft(before, readFileSync(new URL('.env.example', composeFolder), 'utf8'));
    const made = withValues(text, fillSecrets(readDotenv(text), io.clock()));
    const names = secretKeys.map(({ key }) => key);
    if (values['dry-run']) {
      io.out(covered(made, names));
      return 0;
    }
    writeSecretly(file, made);
    const shown = relative(process.cwd(), file) || file;
    io.say(`${shown} is written, readable by you only. Sign in with the ADMIN_PASSWORD in it.\n`);
    return 0;
  },
};
