import { kafkaProblem } from './kafka-problem.ts';
import { mongoProblem } from './mongo-problem.ts';
import { redisProblem } from './redis-problem.ts';

/** The variable that names where an engine runs. A list of brokers for Kafka, URLs for the others. */
export const engineVariables = { redis: 'REDIS_URL', kafka: 'KAFKA_BROKERS', mongo: 'MONGODB_URL' } as const;

export type EngineName = keyof typeof engineVariables;
export const engineNames = Object.keys(engineVariables) as EngineName[];

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where an engine runs; empty = it is not named. */
export const addressOf = (engine: EngineName, env: Environment): string => env[engineVariables[engine]] ?? '';

const problems = { redis: redisProblem, kafka: kafkaProblem, mongo: mongoProblem };

const RETRY_MS = 200;
const TRY_MS = 2000;

/** A password has no place in a report. */
const withoutPassword = (address: string): string => address.replace(/\/\/[^@/]*@/, '//…@');

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks an engine in its own protocol until it answers.
 * @param address as its variable has it
 * @param ms the longest wait
 * @param isAlive false = it will not answer any more, and the wait ends
 * @throws Error one sentence: who does not answer, and what came instead
 */
export const whenAnswering = async (
  engine: EngineName,
  address: string,
  ms: number,
  isAlive: () => boolean = () => true,
): Promise<void> => {
  const end = Date.now() + ms;
  for (;;) {
    const left = end - Date.now();
    const problem = await problems[engine](address, Math.max(100, Math.min(TRY_MS, left)));
    if (problem === undefined) return;
    const time = isAlive() ? ` within ${ms / 1000} s` : '';
    if (time === '' || Date.now() + RETRY_MS >= end) {
      const where = `${engineVariables[engine]} names ${withoutPassword(address)}`;
      throw new Error(`${where}, but no ${engine} answers there${time}: ${problem}.`);
    }
    await sleep(RETRY_MS);
  }
};
