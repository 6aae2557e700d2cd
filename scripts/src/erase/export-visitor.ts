import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { topics } from '@pushtech/event';
import { honourErasures } from '@pushtech/log';
import { lookAtStore } from './erase-requests.ts';
import { findRecords } from './find-records.ts';
import type { Stores } from './open-stores.ts';

type Line = { kind: string; [name: string]: unknown };

const read = (value: string): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/** Everything that is known of a visitor, a line each. What was erased is not in it. */
export async function* exportLines(stores: Stores, visitor: string): AsyncGenerator<Line> {
  const { secretKey, eraser, store } = stores;
  const log = honourErasures(stores.log, { secretKey, leave: 'trace' });
  for await (const { value } of findRecords(log, topics.events, visitor)) {
    yield { kind: 'event', event: read(value) };
  }
  for await (const { value } of findRecords(log, topics.dead, visitor)) {
    yield { kind: 'dead', letter: read(value) };
  }
  const { places, days } = await eraser.look(visitor);
  yield { kind: 'counted', days, counters: places };
  const { requests } = await lookAtStore(store, visitor);
  for (const { id, kind, at, doneAt } of requests) {
    const done = doneAt === undefined ? {} : { doneAt: new Date(doneAt).toISOString() };
    yield { kind: 'request', request: { id, kind, at: new Date(at).toISOString(), ...done } };
  }
}

/** Into a new file that only its owner may read. @returns lines of each kind @throws `EEXIST` when it is there */
export const writeExport = async (path: string, lines: AsyncIterable<Line>): Promise<Map<string, number>> => {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await once(file, 'open');
  const counts = new Map<string, number>();
  for await (const line of lines) {
    counts.set(line.kind, (counts.get(line.kind) ?? 0) + 1);
    if (!file.write(`${JSON.stringify(line)}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  return counts;
};
