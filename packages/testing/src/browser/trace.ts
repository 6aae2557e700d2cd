import type { Frames } from './measure.ts';

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ph: string;
  /** Microseconds, both. */
  ts: number;
  dur?: number;
}

/** Script, style and layout as Chromium's timeline names them; what runs inside another of them is counted once. */
const work = new Set([
  'FunctionCall',
  'EvaluateScript',
  'v8.callFunction',
  'v8.run',
  'v8.compile',
  'RunMicrotasks',
  'TimerFire',
  'FireAnimationFrame',
  'EventDispatch',
  'WebSocketReceive',
  'UpdateLayoutTree',
  'Layout',
  'ParseHTML',
  'MinorGC',
  'MajorGC',
]);

type Span = readonly [from: number, to: number];

const spanOf = ({ ts, dur = 0 }: TraceEvent): Span => [ts, ts + dur];

/** Spans without overlaps, in order. */
const union = (spans: readonly Span[]): Span[] => {
  const joined: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
};

/** Milliseconds of the spans in each frame but the first, whose beginning is not in the trace. */
const perFrame = (spans: readonly Span[], ends: readonly number[]): number[] =>
  ends.slice(1).map((end, index) => {
    const start = ends[index] ?? end;
    const inside = spans
      .map(([from, to]) => Math.min(to, end) - Math.max(from, start))
      .filter((us) => us > 0);
    return inside.reduce((sum, us) => sum + us, 0) / 1000;
  });

/** @throws Error when the trace does not show the page: nothing may pass because nothing was seen */
export const readFrames = (text: string): Frames => {
  const { traceEvents } = JSON.parse(text) as { traceEvents: TraceEvent[] };
  const mark = traceEvents.find(({ name }) => name === 'pushtech-frames');
  if (!mark) throw new Error('the trace does not show the page');
  const main = traceEvents.filter(
    ({ pid, tid, ts }) => pid === mark.pid && tid === mark.tid && ts >= mark.ts,
  );
  const tasks = main.filter(({ name, ph }) => ph === 'X' && name === 'RunTask');
  // A frame ends where the main thread hands it on; whatever ran since the one before belongs to it.
  const ends = main
    .filter(({ name, ph }) => name === 'Commit' && ph === 'X')
    .map(({ ts, dur = 0 }) => ts + dur);
  return {
    longTasks: tasks.map(({ dur = 0 }) => dur / 1000).filter((ms) => ms > 50),
    work: perFrame(union(main.filter(({ name, ph }) => ph === 'X' && work.has(name)).map(spanOf)), ends),
    busy: perFrame(union(tasks.map(spanOf)), ends),
  };
};
