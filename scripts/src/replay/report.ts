import type { TaskIo } from '../task.ts';

export interface Report {
  /** Where it stands; shown now and then. `share` is 0 to 1. */
  step: (share: number, words: string) => void;
  /** Something to be told once, on a line of its own. The same words again within 10 s are not repeated. */
  note: (words: string) => void;
  /** Leaves the line that shows progress. */
  end: () => void;
}

const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 3000;
const REPEAT_MS = 10_000;
const WIDTH = 24;

const bar = (share: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}]`;
};

const percent = (share: number): string => `${String(Math.floor(Math.min(1, share) * 100)).padStart(3)} %`;

/** Shows progress: a bar on a terminal, a line every few seconds elsewhere; for programs (`quiet`) only notes. */
export const createReport = ({ say, isTerminal, clock }: TaskIo, quiet: boolean): Report => {
  const every = isTerminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS;
  let shownAt = isTerminal ? 0 : clock();
  let noted = { words: '', at: 0 };
  let open = false;

  const end = (): void => {
    if (open) say('\n');
    open = false;
  };

  return {
    step(share, words) {
      if (quiet || clock() - shownAt < every) return;
      shownAt = clock();
      // \x1b[K clears what a longer line left behind.
      say(isTerminal ? `\r${bar(share)} ${percent(share)}  ${words}\x1b[K` : `${percent(share)}  ${words}\n`);
      open = isTerminal;
    },
    note(words) {
      if (words === noted.words && clock() - noted.at < REPEAT_MS) return;
      noted = { words, at: clock() };
      end();
      say(`${words}\n`);
    },
    end,
  };
};
