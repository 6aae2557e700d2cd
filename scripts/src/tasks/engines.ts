import type { Task } from '../task.ts';

/** `npm run engines` under the name of a task. */
export const engines: Task = {
  name: 'engines',
  group: 'set up',
  line: 'puts real Redis, Kafka and MongoDB on this machine, for development and tests',
  usage: 'engines up|down|start|stop|kill|pause|resume|wipe|env|status|logs [NAME…]',
  help: `
up [NAME…]      installs what is missing, starts, waits, prints lines for eval; redis, kafka, mongo
down [NAME…]    stops, data stays; wipe stops all and deletes their data
kill NAME       and start, stop, pause, resume; kafka2 is one broker of three
env [NAME…]     prints the lines for eval again
status          what runs
logs NAME       what it wrote
Settings: ENGINES (docker, local), ENGINES_HOME, ENGINES_CACHE, REDIS_PORT, KAFKA_PORT, KAFKA_COUNT, MONGO_PORT`,
  async run(args, io) {
    // Loaded here: the other tasks need no engines.
    const { runEngines } = await import('../engines/run-engines.ts');
    return runEngines(args, io);
  },
};
