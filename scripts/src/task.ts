/** What a task may touch of the process it runs in. */
export interface TaskIo {
  env: Readonly<Record<string, string | undefined>>;
  /** Writes a result. */
  out: (text: string) => void;
  /** Writes what is said on the way. */
  say: (text: string) => void;
  /** `say` reaches a terminal that can go back in a line. */
  isTerminal: boolean;
  /** `out` reaches a terminal: lines may be coloured. */
  outIsTerminal?: boolean;
  /** Epoch ms. */
  clock: () => number;
}

/** Headings of the list, in its order. */
export const taskGroups = [
  'set up',
  'images',
  'Compose',
  'Kubernetes',
  'events',
  'data care',
  'people',
  'checks',
] as const;
export type TaskGroup = (typeof taskGroups)[number];

/**
 * One command. The list loads every task: what is heavy (stores, servers) is imported inside `run`.
 * `--help` is answered for all of them before `run`.
 */
export interface Task {
  name: string;
  /** Under which heading it is listed. */
  group: TaskGroup;
  /** What it does, for the list: at most 90 characters, no full stop. */
  line: string;
  /** Its name and arguments on one line, for those who got them wrong. */
  usage: string;
  /** For `--help`: a line for each flag and variable, e.g. `--url URL   the tracker; default …`. */
  help: string;
  /** It changes something that lasts beside files it is asked to write; then it takes `--dry-run`. */
  changes?: boolean;
  /** @returns the exit code */
  run: (args: string[], io: TaskIo) => Promise<number>;
}

/** The command makes no sense: one sentence for whoever typed it, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
