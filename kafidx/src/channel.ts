import { everything, type Filter, filterKey, matches } from './filter.ts';
import type { Row } from './row.ts';
import { textFrame } from './text-frame.ts';
import type { Viewer } from './viewer.ts';

/** More rows a second than this no browser shows and no eye reads. Also how many may come at once. */
const ROWS_PER_S = 600;
/** Rows that may always wait for the next flush; beyond that, twice as many as can be shown then. */
const MIN_WAITING = 50;
const FRAME_ROWS = 50;
const FRAME_LENGTH = 262_144;

interface Frame {
  /** As it goes over the wire. */
  bytes: Buffer;
  rows: number;
}

/** `room` of the rows, evenly spread over them. */
const sample = (rows: readonly Row[], room: number): readonly Row[] =>
  rows.length <= room
    ? rows
    : Array.from({ length: room }, (_, index) => rows[Math.floor((index * rows.length) / room)] as Row);

const toFrame = (kind: Row['kind'], rows: readonly Row[]): Frame => ({
  bytes: textFrame(`{"${kind}":[${rows.map(({ text }) => text).join(',')}]}`),
  rows: rows.length,
});

/** Frames of at most 50 rows and about 256 KB; a row that is longer has a frame to itself. */
const toFrames = (kind: Row['kind'], rows: readonly Row[]): Frame[] => {
  const frames: Frame[] = [];
  let first = 0;
  let length = 0;
  rows.forEach((row, index) => {
    if (index > first && (index - first === FRAME_ROWS || length + row.text.length > FRAME_LENGTH)) {
      frames.push(toFrame(kind, rows.slice(first, index)));
      first = index;
      length = 0;
    }
    length += row.text.length;
  });
  if (first < rows.length) frames.push(toFrame(kind, rows.slice(first)));
  return frames;
};

/** The viewers with one and the same filter: rows are chosen, put into frames and sampled once for all of them. */
export const createChannel = (filter: Filter, clock: () => number) => {
  const viewers = new Set<Viewer>();
  let waiting: Row[] = [];
  let missed = 0;
  let budget = ROWS_PER_S;
  let refilledAt = clock();
  const takesAll = filterKey(filter) === filterKey(everything);

  /** A token bucket. */
  const takeBudget = (wanted: number): number => {
    const now = clock();
    budget = Math.min(ROWS_PER_S, budget + (Math.max(0, now - refilledAt) * ROWS_PER_S) / 1000);
    refilledAt = now;
    const taken = Math.min(wanted, Math.floor(budget));
    budget -= taken;
    return taken;
  };

  const isFull = (): boolean => waiting.length >= Math.max(MIN_WAITING, 2 * budget);

  return {
    viewers,
    offer(row: Row): void {
      if (!matches(filter, row)) return;
      if (isFull()) missed += 1;
      else waiting.push(row);
    },
    /** Counts a record without reading it, where it would be left out whatever it is. */
    missUnread(): boolean {
      if (!takesAll || !isFull()) return false;
      missed += 1;
      return true;
    },
    flush(): void {
      const rows = sample(waiting, takeBudget(waiting.length));
      const left = missed + waiting.length - rows.length;
      waiting = [];
      missed = 0;
      const frames = (['events', 'dead'] as const).flatMap((kind) =>
        toFrames(
          kind,
          rows.filter((row) => row.kind === kind),
        ),
      );
      for (const viewer of viewers) {
        if (left > 0) viewer.miss(left);
        for (const { bytes, rows: n } of frames) viewer.show(bytes, n);
      }
    },
  };
};

export type Channel = ReturnType<typeof createChannel>;
