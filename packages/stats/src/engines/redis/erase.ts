import { randomBytes } from 'node:crypto';
import { connect, parseRedisUrl } from '@pushtech/redis';
import { createTraces, type Eraser, type Traces } from '../../erase.ts';
import { statsError } from '../../errors.ts';
import { type Cell, cellNumber, createCells, fieldOf, slices } from './cells.ts';
import { readLevels } from './days.ts';
import { rootOf, WIDTH, withVisitors } from './names.ts';
import { visitorOf } from './places.ts';
import { createFileScript } from './script.ts';
import { createServer } from './server.ts';

/** Cells changed in one call: Redis does nothing else meanwhile. */
const STEP = 100;
/** Days are made coarser while we look: we go round until nothing is found. */
const ROUNDS = 5;

const script = createFileScript('./erase.lua');
const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** All hashes of a day whose cells may hold visitors. */
const hashesOf = (root: string, day: number): string[] => {
  const dimensions = ['total', ...withVisitors];
  return [
    ...hours.map((hour) => `${root}${day}:m${hour}:total`),
    ...hours.flatMap((hour) => dimensions.map((name) => `${root}${day}:h${hour}:${name}`)),
    ...dimensions.map((name) => `${root}${day}:d:${name}`),
  ];
};

const holds = ({ small }: Cell, visitor: Buffer): boolean => {
  for (let at = 0; at + WIDTH <= small.length; at += WIDTH) {
    if (small.compare(visitor, 0, WIDTH, at, at + WIDTH) === 0) return true;
  }
  return false;
};

/** Looks through all cells in small steps; those that hold the visitor are changed where they lie. */
export const openRedisEraser = async (url: string): Promise<Eraser> => {
  const { servers, prefix } = parseRedisUrl(url);
  const [only, second] = servers;
  if (!only || second)
    throw statsError('STATS_URL', 'the counters lie in one Redis server: name one, not a list');
  const root = rootOf(prefix);
  const connection = connect(only);
  await connection.tried;
  const server = createServer(connection);
  const cells = createCells(server);

  const change = async (key: string, numbers: readonly number[], [before, after]: [Buffer, Buffer]) => {
    for (const some of slices(numbers, STEP)) {
      await server.run((client) => script(client, key, before, after, ...some.map(fieldOf)));
    }
  };

  const walk = async (visitor: Buffer, instead: Buffer | undefined): Promise<Traces> => {
    const traces = createTraces();
    for (const day of (await readLevels(cells, root)).keys()) {
      for (const key of hashesOf(root, day)) {
        const found: number[] = [];
        await cells.read([{ key }], true, (cell) => {
          if (holds(cell, visitor)) found.push(cellNumber(cell.site, cell.kind, cell.value));
        });
        traces.add(day, found.length);
        if (instead && found.length > 0) await change(key, found, [visitor, instead]);
      }
    }
    return traces.result();
  };

  const bytesOf = (visitor: string): Buffer => fieldOf(visitorOf(visitor));

  return {
    look: (visitor) => walk(bytesOf(visitor), undefined),
    async erase(visitor) {
      const [before, instead] = [bytesOf(visitor), randomBytes(WIDTH)];
      const first = await walk(before, instead);
      for (let round = 1; round < ROUNDS; round++) if ((await walk(before, instead)).places === 0) break;
      return first;
    },
    close: () => connection.close(),
  };
};
