import { engineUrl, needs } from '@pushtech/testing';
import { describe } from 'vitest';
import { type EngineSet, embedded, redisAndKafka, sqlite } from './engine-set.ts';
import { full } from './scenario.ts';

/**
 * Redis and Kafka are started by the test itself, on ports of their own, so that it may kill them. That this machine can do
 * so is known from engines being named in the environment; where none are, the run's last lines tell what was skipped.
 */
export const describeOnReal = (body: (on: EngineSet) => void, brokers: 1 | 3 = 1): void => {
  const on = redisAndKafka({ brokers });
  needs('redis', 'kafka')(on.name, () => body(on));
};

/**
 * The same promises in one process on SQLite, and in several on Redis and Kafka. Several processes on SQLite come in the full
 * form, and where they are the only ones.
 */
export const describeOnAll = (body: (on: EngineSet) => void): void => {
  describe(embedded.name, () => body(embedded));
  describeOnSeveral(body);
};

/** The promises that need several processes. */
export const describeOnSeveral = (body: (on: EngineSet) => void): void => {
  if (full || engineUrl('kafka') === '') describe(sqlite.name, () => body(sqlite));
  describeOnReal(body);
};
