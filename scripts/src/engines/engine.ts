import type { EngineName } from '@pushtech/testing/engines';
import { UsageError } from '../task.ts';

export { type EngineName, engineNames } from '@pushtech/testing/engines';

/** What can be stopped and started: an engine, or one broker of Kafka. */
export const unitNames = ['redis', 'kafka', 'mongo', 'kafka1', 'kafka2', 'kafka3'] as const;
export type UnitName = (typeof unitNames)[number];

export interface Status {
  name: UnitName;
  state: 'up' | 'paused' | 'down';
  /** Process id, or container id. */
  id: string;
}

/** One way to run engines. Names of units are checked before they come here. */
export interface Backend {
  /** Installs what is missing, starts, waits until it answers. What runs already is left alone. */
  up(engines: readonly EngineName[]): Promise<void>;
  start(unit: UnitName): Promise<void>;
  /** Asks it to end and waits; ends it hard after 20 s. Data stays. */
  stop(unit: UnitName): Promise<void>;
  /** Ends it without a word (SIGKILL) and waits until it is dead. */
  kill(unit: UnitName): Promise<void>;
  /** Holds it still: connections stay open, nothing answers. */
  pause(unit: UnitName): Promise<void>;
  resume(unit: UnitName): Promise<void>;
  /** Stops all and deletes their data. */
  wipe(): Promise<void>;
  status(): Promise<Status[]>;
  logs(unit: UnitName): Promise<string>;
}

/** @throws UsageError there is no such name */
export const readUnit = (name: string | undefined): UnitName => {
  const unit = unitNames.find((one) => one === name);
  if (!unit) throw new UsageError(`name one of ${unitNames.join(', ')}${name ? `, not "${name}"` : ''}`);
  return unit;
};
