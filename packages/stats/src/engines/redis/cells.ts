import { DISTINCT, SITE, WIDTH } from './names.ts';
import type { Server } from './server.ts';

/** What one cell says. */
export interface Cell {
  /** The hash it lies in. */
  key: string;
  site: number;
  /** Type and bot or not: `type * 2 + bot`. */
  kind: number;
  value: number;
  events: number;
  /** Visitors that lie in the cell, 6 bytes each: all, or those that wait to go to the HyperLogLog. */
  small: Buffer;
  /** The key of its HyperLogLog, where they are too many for that. */
  log: string | undefined;
}

const NONE = Buffer.alloc(0);
/** Fields per command and commands per step: neither Redis nor the event loop is held for more than some milliseconds. */
const FIELDS = 200;
const STEP_FIELDS = 1000;
/** HyperLogLogs have up to 12 KB. */
const STEP_LOGS = 30;
/** Up to so many cells of a hash are asked for by name; where more are wanted, it is read whole. */
const MOST_NAMED = 2000;

const toCell = (key: string, field: Buffer, content: Buffer, hasVisitors: boolean): Cell => {
  const number = field.readUIntBE(0, WIDTH);
  const value = number % DISTINCT;
  const series = (number - value) / DISTINCT;
  const kind = series % SITE;
  const cell = { key, site: (series - kind) / SITE, kind, value, small: NONE, log: undefined };
  if (!hasVisitors) return { ...cell, events: Number(content.toString('latin1')) };
  const events = content.readUIntBE(0, WIDTH);
  const hasLog = content.length % WIDTH === 1;
  const small = content.subarray(hasLog ? WIDTH + 1 : WIDTH);
  return { ...cell, events, small, log: hasLog ? `${key}:${number}` : undefined };
};

/** The name of a cell in its hash; also how 48 bits of a visitor lie in it. */
export const fieldOf = (number: number): Buffer => {
  const field = Buffer.allocUnsafe(WIDTH);
  field.writeUIntBE(number, 0, WIDTH);
  return field;
};

/** The number that names a cell in its hash. */
export const cellNumber = (site: number, kind: number, value: number): number =>
  (site * SITE + kind) * DISTINCT + value;

/** Cells to be read of one hash: those with these numbers, or all. */
export interface Wanted {
  key: string;
  numbers?: readonly number[] | undefined;
}

/** A list in pieces. */
export const slices = <T>(list: readonly T[], length: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / length) }, (_, i) => list.slice(i * length, (i + 1) * length));

/** Reads cells in steps. */
export const createCells = (server: Server) => {
  type Take = (cell: Cell) => void;

  const readNamed = async (wanted: readonly Wanted[], hasVisitors: boolean, take: Take): Promise<void> => {
    const commands = wanted.flatMap(({ key, numbers = [] }) =>
      slices(numbers, FIELDS).map((some) => ({ key, fields: some.map(fieldOf) })),
    );
    for (const some of slices(commands, STEP_FIELDS / FIELDS)) {
      const replies = await server.pipeline(some.map(({ key, fields }) => ['HMGET', key, ...fields]));
      some.forEach(({ key, fields }, i) => {
        for (const [f, content] of (replies[i] as (Buffer | null)[]).entries()) {
          if (content) take(toCell(key, fields[f] as Buffer, content, hasVisitors));
        }
      });
    }
  };

  const readWhole = async (keys: readonly string[], hasVisitors: boolean, take: Take): Promise<void> => {
    let open = keys.map((key) => ({ key, cursor: '0' }));
    // A hash that grows meanwhile may tell a cell twice.
    const told = new Map<string, Set<number>>();
    while (open.length > 0) {
      const some = open.slice(0, STEP_FIELDS / FIELDS);
      const replies = await server.pipeline(
        some.map(({ key, cursor }) => ['HSCAN', key, cursor, 'COUNT', FIELDS]),
      );
      const left: typeof open = [];
      some.forEach(({ key }, i) => {
        const [cursor, flat] = replies[i] as [Buffer, Buffer[]];
        const next = cursor.toString('latin1');
        const seen = told.get(key) ?? new Set();
        for (let f = 0; f < flat.length; f += 2) {
          const field = flat[f] as Buffer;
          const number = field.readUIntBE(0, WIDTH);
          if (seen.has(number)) continue;
          seen.add(number);
          take(toCell(key, field, flat[f + 1] as Buffer, hasVisitors));
        }
        if (next === '0') told.delete(key);
        else {
          told.set(key, seen);
          left.push({ key, cursor: next });
        }
      });
      open = [...left, ...open.slice(some.length)];
    }
  };

  return {
    /** @param hasVisitors whether the cells of this dimension hold visitors */
    async read(wanted: readonly Wanted[], hasVisitors: boolean, take: Take): Promise<void> {
      const isNamed = ({ numbers }: Wanted) => numbers !== undefined && numbers.length <= MOST_NAMED;
      await readNamed(wanted.filter(isNamed), hasVisitors, take);
      const whole = wanted.filter((one) => !isNamed(one));
      const only = new Map(whole.map(({ key, numbers }) => [key, numbers && new Set(numbers)]));
      await readWhole([...only.keys()], hasVisitors, (cell) => {
        if (only.get(cell.key)?.has(cellNumber(cell.site, cell.kind, cell.value)) ?? true) take(cell);
      });
    },

    /** Gives each HyperLogLog; null where it is gone. */
    async readLogs(keys: readonly string[], take: (log: Buffer | null, key: string) => void): Promise<void> {
      for (const some of slices(keys, STEP_LOGS)) {
        const replies = await server.pipeline(some.map((key) => ['GET', key]));
        some.forEach((key, i) => {
          take(replies[i] as Buffer | null, key);
        });
      }
    },

    /** A hash of texts or numbers, whole. */
    async readTexts(key: string): Promise<Map<string, number>> {
      const texts = new Map<string, number>();
      let cursor = '0';
      do {
        const [reply] = await server.pipeline([['HSCAN', key, cursor, 'COUNT', STEP_FIELDS]]);
        const [next, flat] = reply as [Buffer, Buffer[]];
        for (let i = 0; i < flat.length; i += 2) texts.set(String(flat[i]), Number(flat[i + 1]));
        cursor = next.toString('latin1');
      } while (cursor !== '0');
      return texts;
    },
  };
};

export type Cells = ReturnType<typeof createCells>;
