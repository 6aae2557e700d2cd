import type { EngineName, UnitName } from '../engine.ts';
import type { EngineSettings } from '../settings.ts';
import type { Processes } from './processes.ts';

/** What every engine on this machine is made with. */
export interface LocalDeps {
  settings: EngineSettings;
  processes: Processes;
  /** Tells progress. */
  say: (text: string) => void;
}

/** Something with processes of its own: Redis, one broker, FerretDB with its PostgreSQL. */
export interface LocalUnit {
  name: UnitName;
  /** Its processes in the order in which they are ended. */
  processes: readonly string[];
  /** Starts what of it does not run. */
  start(): Promise<void>;
  /** Waits until it answers. @throws PushtechError `ENGINE_SILENT` */
  ready(): Promise<void>;
  /** Ends its processes in good order. */
  stop(): Promise<void>;
}

export interface LocalEngine {
  name: EngineName;
  /** Fetches and builds what is missing. */
  install(): Promise<void>;
  units: readonly LocalUnit[];
  /** Before the first start with these settings. */
  prepare?(): Promise<void>;
  /** Deletes data that lies outside of `home`. */
  wipe?(): Promise<void>;
}
