import { isPushtechError } from '@pushtech/event';
import { type TaskIo, UsageError } from '../task.ts';
import { type Engines, openEngines } from './create-engines.ts';
import { type EngineName, engineNames, readUnit } from './engine.ts';
import { readRemembered } from './remembered.ts';
import { type EngineSettings, readSettings } from './settings.ts';
import { engineEnv, exportLines } from './urls.ts';

const usage = `Real engines for development and tests, on loopback: containers where Docker answers, else processes of this machine.

  npm run engines -- up [redis] [kafka] [mongo]   installs what is missing, starts, waits, prints lines for eval
  npm run engines -- down [redis] [kafka] [mongo] stops, data stays
  npm run engines -- stop|start NAME              NAME is redis, kafka, mongo or one broker: kafka1, kafka2, kafka3
  npm run engines -- kill|pause|resume NAME       SIGKILL, held still, going on
  npm run engines -- wipe                         stops all and deletes their data
  npm run engines -- env [redis] [kafka] [mongo]  prints REDIS_URL, KAFKA_BROKERS, MONGODB_URL as lines for eval
  npm run engines -- status | logs NAME

Settings: ENGINES (docker, local), ENGINES_HOME, ENGINES_CACHE, REDIS_PORT, KAFKA_PORT, KAFKA_COUNT (1, 3), KAFKA_VERSION, MONGO_PORT.
`;

const readNames = (args: readonly string[]): EngineName[] => {
  const wrong = args.find((arg) => !engineNames.includes(arg as EngineName));
  if (wrong !== undefined) {
    throw new UsageError(`there is no engine "${wrong}"; there are ${engineNames.join(', ')}`);
  }
  return args.length > 0 ? (args as EngineName[]) : engineNames;
};

const readOne = (args: readonly string[]) => {
  if (args.length > 1) throw new UsageError('name one at a time');
  return readUnit(args[0]);
};

const readNothing = (args: readonly string[]): void => {
  if (args.length > 0) throw new UsageError(`"${args[0]}" means nothing here`);
};

interface Place {
  engines: Engines;
  out: TaskIo['out'];
}

type Command = (args: readonly string[], place: Place) => Promise<void> | void;

const printEnv = (names: readonly EngineName[], { engines, out }: Place): void =>
  out(exportLines(engineEnv(engines.urls, names)));

const onUnit =
  (act: 'start' | 'stop' | 'kill' | 'pause' | 'resume'): Command =>
  (args, { engines }) =>
    engines[act](readOne(args));

const commands: Record<string, Command> = {
  up: async (args, place) => {
    const names = readNames(args);
    await place.engines.up(names);
    printEnv(names, place);
  },
  down: (args, { engines }) => engines.down(readNames(args)),
  start: onUnit('start'),
  stop: onUnit('stop'),
  kill: onUnit('kill'),
  pause: onUnit('pause'),
  resume: onUnit('resume'),
  wipe: (args, { engines }) => {
    readNothing(args);
    return engines.wipe();
  },
  env: (args, place) => printEnv(readNames(args), place),
  status: async (args, { engines, out }) => {
    readNothing(args);
    for (const { name, state, id } of await engines.status()) out(`${`${name} ${state} ${id}`.trimEnd()}\n`);
  },
  logs: async (args, { engines, out }) => out(`${(await engines.logs(readOne(args))).trimEnd()}\n`),
};

/** The number of brokers is that of the running cluster, unless it is named. */
const settingsOf = (env: TaskIo['env']): EngineSettings => {
  const settings = readSettings(env);
  const remembered = env.KAFKA_COUNT ? undefined : readRemembered(settings.home);
  return remembered ? { ...settings, kafkaCount: remembered.kafkaCount } : settings;
};

const explain = (error: unknown, io: TaskIo): number => {
  if (error instanceof UsageError) {
    io.say(`engines: ${error.message}.\n\n${usage}`);
    return 2;
  }
  if (!isPushtechError(error)) throw error;
  io.say(`engines: ${error.message}\n`);
  return 1;
};

/** @returns the exit code: 0, 1 when it failed (a sentence says why), 2 when the command made no sense */
export const runEngines = async (args: readonly string[], io: TaskIo): Promise<number> => {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help') {
    io.out(usage);
    return 0;
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new UsageError(`there is no command "${name}"`);
    const engines = openEngines(settingsOf(io.env), (text) => io.say(`engines: ${text}\n`));
    await command(rest, { engines, out: io.out });
    return 0;
  } catch (error) {
    return explain(error, io);
  }
};
