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

export interface Task {
  name: string;
  /** What it does, for the list. */
  line: string;
  /** Its arguments, for those who got them wrong. */
  usage: string;
  /** @returns the exit code */
  run: (args: string[], io: TaskIo) => Promise<number>;
}

/** The command makes no sense: one sentence for whoever typed it, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
