import type { Ledger, Seen } from '../../stats.ts';
import { bytesOf } from './ids.ts';
import type { Server } from './server.ts';

/** As slices.lua keeps it: name, number before its first id, beginning and latest receipt in seconds. */
type Slice = readonly [name: number, first: number, base: number, last: number];

interface Window {
  seq: number;
  slices: Slice[];
}

/** An id's number and time of receipt lie in three bytes each; times count from 97 days before the slice's beginning. */
const EPOCH = 8_388_608;

const readFound = (found: Buffer, [, first, base]: Slice): { seq: number; at: number } => ({
  seq: first + found.readUIntBE(0, 3),
  at: base + found.readUIntBE(3, 3) - EPOCH,
});

/** From when on, in seconds, nothing that was counted has left the window by its number; 0 = ever. */
const begunAt = ({ slices }: Window, floor: number, seconds: number): number => {
  const whole = slices.find(([, first]) => first >= floor);
  if (slices.length === 0 || whole?.[0] === 1) return 0;
  // What lay in earlier slices was counted, and so received, before this one began.
  return (whole?.[2] ?? seconds) + 1;
};

/** Asks the duplicate window about an id. */
export const createSeen = (
  server: Server,
  root: string,
  { window: limits, clock }: { window: Ledger['window']; clock: () => number },
) => {
  const readWindow = async (): Promise<Window> => {
    const [text] = await server.pipeline([['GET', `${root}ids`]]);
    const { seq = 0, slices = [] } = JSON.parse(text === null ? '{}' : String(text)) as Partial<Window>;
    // Lua tells an empty list as an object.
    return { seq, slices: Array.isArray(slices) ? slices : [] };
  };

  return async (id: string): Promise<Seen> => {
    const window = await readWindow();
    const floor = window.seq - limits.ids;
    const seconds = Math.floor(clock() / 1000);
    const oldest = seconds - limits.days * 86_400;
    const since = Math.max(oldest, begunAt(window, floor, seconds)) * 1000;
    const newestFirst = window.slices.toReversed();
    const key = bytesOf(id);
    const replies = await server.pipeline(newestFirst.map(([name]) => ['HGET', `${root}ids:${name}`, key]));
    const index = replies.findIndex((reply) => reply !== null);
    if (index < 0) return { known: false, since };
    const { seq, at } = readFound(replies[index] as Buffer, newestFirst[index] as Slice);
    if (seq <= floor || at < oldest) return { known: false, since };
    return { known: true, receivedAt: at * 1000, since };
  };
};
