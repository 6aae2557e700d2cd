import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { PushtechError } from '@pushtech/event';
import { readDotenv } from '../deploy/dotenv-text.ts';
import type { SmokeOptions, StepResult } from '../smoke/smoke.ts';
import { type Task, type TaskIo, UsageError } from '../task.ts';

const text = { type: 'string' } as const;
const options = {
  'env-file': text,
  'password-file': text,
  ca: text,
  resolve: text,
  site: text,
  timeout: { type: 'string', default: '30' },
  json: { type: 'boolean', default: false },
} as const;

const readFile = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new PushtechError('SMOKE_FILE', 'fatal', (error as Error).message, { cause: error });
  }
};

const readSeconds = (given: string): number => {
  const seconds = Number(given);
  if (/^\d+(\.\d+)?$/.test(given) && seconds > 0 && seconds <= 3600) return seconds;
  throw new UsageError(`--timeout is a number of seconds up to 3600, not "${given}"`);
};

const readCommand = (args: string[], env: TaskIo['env']): { json: boolean; job: SmokeOptions } => {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) throw new UsageError('name one address to walk through');
  if (values.resolve !== undefined && isIP(values.resolve) === 0) {
    throw new UsageError(`--resolve is an IP address, not "${values.resolve}"`);
  }
  const file = values['password-file'];
  const secrets = values['env-file'] === undefined ? env : readDotenv(readFile(values['env-file']));
  const job: SmokeOptions = {
    url,
    token: secrets.API_TOKEN,
    password: file === undefined ? secrets.ADMIN_PASSWORD : readFile(file).trim(),
    ca: values.ca === undefined ? undefined : readFile(values.ca),
    resolve: values.resolve,
    site: values.site,
    timeoutMs: readSeconds(values.timeout) * 1000,
  };
  return { json: values.json, job };
};

const lineOf = ({ name, state, ms, note }: StepResult): string =>
  `${state.padEnd(7)} ${name.padEnd(18)} ${state === 'skipped' ? '' : `${ms} ms`.padStart(8)}${note ? `  ${note}` : ''}`;

/** The first thing to run after a start or an upgrade. */
export const smoke: Task = {
  name: 'smoke',
  group: 'checks',
  line: 'walks through a running installation as its users do, and says what works',
  usage:
    'smoke URL [--env-file F] [--password-file F] [--ca FILE] [--resolve IP] [--site S] [--timeout S] [--json]',
  help: `
URL                the front door; or a pattern: https://{service}.example.org, http://NODE:{nodePort}
--env-file F       where API_TOKEN and ADMIN_PASSWORD stand, e.g. docker-compose/.env; default the environment
--password-file F  password of admin alone; default ADMIN_PASSWORD
--ca FILE          certificates of a private authority, trusted too
--resolve IP       where all hosts are, without asking the name service
--site S           of the events that are sent; default smoke.invalid
--timeout S        seconds an answer may take, and an event until it is counted; default 30
--json             nothing but the result, on one line
API_TOKEN          a token with all scopes; else the session of the password, else the screens must be open`,
  async run(args, io) {
    const { json, job } = readCommand(args, io.env);
    // Loaded here: the other tasks need no websocket.
    const walk = await import('../smoke/smoke.ts');
    const told = (step: StepResult): void => io.out(`${lineOf(step).trimEnd()}\n`);
    const result = await walk.smoke(json ? job : { ...job, told });
    if (json) io.out(`${JSON.stringify(result)}\n`);
    return result.ok ? 0 : 1;
  },
};
