import { type Buffer, openBuffer } from '@pushtech/buffer';
import { createDevices } from '@pushtech/device';
import { type DropRecord, encodeHitBatch, type Hit, newId, type Topic } from '@pushtech/event';
import { type Log, openLog } from '@pushtech/log';
import { createLogger, createMetrics, type Service } from '@pushtech/service';
import { createEnricher, type EnricherOptions } from '../src/app.ts';
import { placeDatabase, RECEIVED_AT } from './through.ts';

export const silent = createLogger('silent', 'test');

export interface Engines extends AsyncDisposable {
  buffer: Buffer;
  log: Log;
}

/** Real engines of their own, gone after the test: `await using`. */
export const openEngines = async (): Promise<Engines> => {
  const buffer = await openBuffer('sqlite::memory:');
  const log = await openLog('sqlite::memory:');
  return {
    buffer,
    log,
    async [Symbol.asyncDispose]() {
      await buffer.close();
      await log.close();
    },
  };
};

export const enricherOf = (
  engines: Pick<EnricherOptions, 'buffer' | 'log'>,
  more: Partial<EnricherOptions> = {},
): Service =>
  createEnricher({
    ...engines,
    places: placeDatabase,
    devices: createDevices(),
    secretKey: 'a secret key of at least 32 characters',
    sites: [],
    worker: 'test',
    clock: Date.now,
    record: silent,
    metrics: createMetrics(),
    ...more,
  });

/** An entry as the tracker writes it: hits, or lines that were meant to be some, and what was refused at the door. */
export const entryOf = (
  hits: (Hit | string)[],
  dropped: DropRecord[] = [],
): { batch: string; body: string } => {
  const batch = newId();
  const n = hits.length + dropped.reduce((sum, record) => sum + record.n, 0);
  const received = [{ minute: RECEIVED_AT - (RECEIVED_AT % 60_000), n }];
  const lines = hits.map((hit) => (typeof hit === 'string' ? hit : JSON.stringify(hit)));
  return { batch, body: encodeHitBatch({ v: 1, batch, at: RECEIVED_AT, received, dropped }, lines) };
};

export interface Found<Value> {
  key: string;
  value: Value;
  origin: string | undefined;
}

export const readTopic = async <Value>(log: Log, topic: Topic): Promise<Found<Value>[]> => {
  const { records } = await log.read(topic, 0, 'earliest', 100_000);
  return records.map(({ key, value, headers }) => ({
    key,
    value: JSON.parse(value) as Value,
    origin: headers?.origin,
  }));
};

/** Resolves when every entry is acknowledged. */
export const untilEmpty = async (buffer: Buffer): Promise<void> => {
  while ((await buffer.status()).entries > 0) await new Promise((resolve) => setTimeout(resolve, 5));
};
