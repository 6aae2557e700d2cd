import { HEARTBEAT } from '@pushtech/event';
import { DAY_MINUTES, HOUR_MINUTES, MINUTE } from '../../spans.ts';
import type { Ledger, LedgerQuery } from '../../stats.ts';
import { LEDGER } from './changes.ts';
import type { Server } from './server.ts';

/** Hashes read at once. A day has a row per label, an hour one per minute and label. */
const STEP_KEYS = 50;
const STEP_ROWS = 500;

type Sums = Map<string, number>;

const addRow = (sums: Sums, text: string): void => {
  for (const [name, n] of Object.entries(JSON.parse(text) as Record<string, number>)) {
    sums.set(name, (sums.get(name) ?? 0) + n);
  }
};

/** Sums the books up: whole days from their own rows, the ends of the span minute by minute. */
export const createLedger = (server: Server, root: string, window: Ledger['window']) => {
  const readHashes = async (
    keys: readonly string[],
    take: (field: string, row: string) => void,
  ): Promise<void> => {
    let open = keys.map((key) => ({ key, cursor: '0' }));
    while (open.length > 0) {
      const some = open.slice(0, STEP_KEYS);
      const replies = await server.pipeline(
        some.map(({ key, cursor }) => ['HSCAN', key, cursor, 'COUNT', STEP_ROWS]),
      );
      const left: typeof open = [];
      some.forEach(({ key }, i) => {
        const [cursor, flat] = replies[i] as [Buffer, Buffer[]];
        for (let f = 0; f < flat.length; f += 2) take(String(flat[f]), String(flat[f + 1]));
        if (String(cursor) !== '0') left.push({ key, cursor: String(cursor) });
      });
      open = [...left, ...open.slice(some.length)];
    }
  };

  const readDays = async (from: number, to: number): Promise<number[]> => {
    const first = Math.floor(from / DAY_MINUTES);
    const last = to === Number.POSITIVE_INFINITY ? '+inf' : Math.ceil(to / DAY_MINUTES) - 1;
    const [days] = await server.pipeline([['ZRANGEBYSCORE', `${root}ledger`, first, last]]);
    return (days as Buffer[]).map(Number);
  };

  const isWanted = (run: string | undefined, label: string): boolean =>
    run === undefined ? label !== HEARTBEAT : label === run;

  const readRoad = async (): Promise<Pick<Ledger, 'road'>> => {
    const [road] = await server.pipeline([['GET', `${root}road`]]);
    if (!road) return {};
    const [at = 0, delayMs = 0] = String(road).split(' ').map(Number);
    return { road: { at, delayMs } };
  };

  const sumUp = async (start: number, end: number, run: string | undefined): Promise<Sums> => {
    const sums: Sums = new Map();
    const days = await readDays(start, end);
    const isWhole = (day: number) => day * DAY_MINUTES >= start && (day + 1) * DAY_MINUTES <= end;
    await readHashes(
      days.filter(isWhole).map((day) => `${root}l:${day}`),
      (label, row) => {
        if (isWanted(run, label)) addRow(sums, row);
      },
    );
    for (const day of days.filter((one) => !isWhole(one))) {
      for (let hour = 0; hour < 24; hour++) {
        const first = day * DAY_MINUTES + hour * HOUR_MINUTES;
        if (first + HOUR_MINUTES <= start || first >= end) continue;
        await readHashes([`${root}l:${day}:${hour}`], (field, row) => {
          const colon = field.indexOf(':');
          const minute = first + Number(field.slice(0, colon));
          if (minute >= start && minute < end && isWanted(run, field.slice(colon + 1))) addRow(sums, row);
        });
      }
    }
    return sums;
  };

  return async ({ from = 0, to, run }: LedgerQuery): Promise<Ledger> => {
    const end = to === undefined ? Number.POSITIVE_INFINITY : Math.ceil(to / MINUTE);
    const sums = await sumUp(Math.floor(from / MINUTE), end, run?.toWellFormed());
    const of = (name: keyof typeof LEDGER): number => sums.get(LEDGER[name]) ?? 0;
    const drops = [...sums]
      .filter(([name]) => name.startsWith(':'))
      .map(([name, n]) => [name.slice(1), n] as const);
    return {
      received: of('received'),
      redelivered: of('redelivered'),
      kept: of('counted') + of('duplicates'),
      dead: of('dead'),
      dropped: Object.fromEntries(drops.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))),
      counted: of('counted'),
      duplicates: of('duplicates'),
      window,
      ...(await readRoad()),
    };
  };
};
