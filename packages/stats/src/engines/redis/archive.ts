import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { checkCopy, type StatsArchive, type StatsCopy } from '../../archive.ts';
import { statsError } from '../../errors.ts';
import { holdStill } from './hold.ts';
import { FORMAT, openPlace, type Place, readFormat } from './prepare.ts';

/** Keys that are read, or put back, in one go. */
const AT_ONCE = 100;
/** What is no counter: who works on them just now. */
const PASSING = ['hold', 'lock'];

/** A key as a line of the copy. Texts are bytes, one character each. */
interface Line {
  key: string;
  /** Epoch ms at which it ends; absent = never. */
  until?: number;
  /** What DUMP said, in base64. */
  dump: string;
}

async function* keysOf({ server, root }: Place): AsyncIterable<Buffer[]> {
  let cursor: Buffer | string = '0';
  do {
    const [next, keys] = (await server.run((client) =>
      client.scanBuffer(cursor as string, 'MATCH', `${root}*`, 'COUNT', 1000),
    )) as [Buffer, Buffer[]];
    cursor = next.toString();
    const ours = keys.filter((key) => !PASSING.includes(key.toString('latin1').slice(root.length)));
    for (let at = 0; at < ours.length; at += AT_ONCE) yield ours.slice(at, at + AT_ONCE);
  } while (cursor !== '0');
}

const linesOf = async ({ server }: Place, keys: readonly Buffer[], now: number): Promise<string> => {
  const asked = keys.flatMap((key): (readonly [string, Buffer])[] => [
    ['DUMP', key],
    ['PTTL', key],
  ]);
  const answers = await server.pipeline(asked);
  return keys
    .map((key, n) => {
      const [dump, left] = [answers[2 * n] as Buffer | null, Number(answers[2 * n + 1])];
      if (dump === null) return '';
      const line: Line = { key: key.toString('latin1'), dump: dump.toString('base64') };
      if (left >= 0) line.until = now + left;
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
};

const readPositions = async ({ server, root }: Place): Promise<Record<string, string>> =>
  server.run((client) => client.hgetall(`${root}positions`));

const toPositions = (texts: Record<string, string>): StatsCopy['positions'] =>
  Object.fromEntries(
    Object.entries(texts).map(([source, text]) => {
      const [position = 0, done = 0] = text.split(' ').map(Number);
      return [source, [position, done]];
    }),
  );

/** SCAN gives every key that is there all the time, some perhaps twice: restoring twice does no harm. */
const copy = async (opened: Place, path: string): Promise<StatsCopy> => {
  const version = Math.max(await readFormat(opened), 1);
  const held = await holdStill(opened);
  try {
    const before = await readPositions(opened);
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    for await (const keys of keysOf(opened)) {
      await held.renew();
      if (!file.write(await linesOf(opened, keys, Date.now()))) await once(file, 'drain');
    }
    file.end();
    await finished(file);
    await held.renew();
    // Who does not know the hold, an older version, may have counted all the same.
    if (JSON.stringify(await readPositions(opened)) !== JSON.stringify(before)) {
      throw statsError('STATS_HELD', 'something was counted while the counters were copied: try again');
    }
    return { engine: 'redis', version, prefix: opened.root, positions: toPositions(before) };
  } finally {
    await held.release();
  }
};

const clear = async (opened: Place): Promise<void> => {
  // Deleted while they are scanned: SCAN allows that.
  for await (const keys of keysOf(opened)) await opened.server.pipeline([['UNLINK', ...keys]]);
};

const putBack = async ({ server }: Place, lines: readonly Line[]): Promise<void> => {
  await server.pipeline(
    lines.map(({ key, until, dump }) => [
      'RESTORE',
      Buffer.from(key, 'latin1'),
      until ?? 0,
      Buffer.from(dump, 'base64'),
      'REPLACE',
      ...(until === undefined ? [] : ['ABSTTL']),
    ]),
  );
};

const writePositions = async ({ server, root }: Place, positions: StatsCopy['positions']): Promise<void> => {
  const fields = Object.entries(positions).flatMap(([source, numbers]) => [source, numbers.join(' ')]);
  await server.pipeline([
    ['DEL', `${root}positions`],
    ...(fields.length > 0 ? [['HSET', `${root}positions`, ...fields]] : []),
  ]);
};

const check = (wanted: StatsCopy, { root }: Place): void => {
  checkCopy(wanted, 'redis', FORMAT);
  if (wanted.prefix === root) return;
  throw statsError(
    'STATS_COPY',
    `the copy's keys begin with ${wanted.prefix}, which is part of what they hold, not with ${root}`,
  );
};

/** @throws PushtechError `STATS_DOWN` (retry), `STATS_NEWER` (fatal) */
export const openRedisArchive = async (url: string): Promise<StatsArchive> => {
  const opened = await openPlace(url);
  return {
    isEmpty: async () =>
      (await readFormat(opened)) === 0 || Object.keys(await readPositions(opened)).length === 0,
    copyTo: (path) => copy(opened, path),
    clear: () => clear(opened),
    check: (wanted) => check(wanted, opened),
    async restore(path, wanted) {
      check(wanted, opened);
      await clear(opened);
      let lines: Line[] = [];
      for await (const text of createInterface({ input: createReadStream(path, 'utf8') })) {
        lines.push(JSON.parse(text) as Line);
        if (lines.length === AT_ONCE) await putBack(opened, lines.splice(0));
      }
      if (lines.length > 0) await putBack(opened, lines);
      lines = [];
      await writePositions(opened, wanted.positions);
    },
    close: opened.close,
  };
};
