import { createClockReader } from '../../clock-reader.ts';
import { firstKeptDay } from '../../retention.ts';
import type { StatsRecord } from '../../stats.ts';
import { packIds } from './ids.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Bit 0 of an entry's bitmap says that its `received` record was taken; record i has bit i + 1. */
const RECEIVED_BIT = 0;
/** Buffer entries hold far fewer; an origin with a higher index gets an entry of its own. */
const HIGHEST_INDEX = 65_535;

/** What is known of a record: nothing, its id, or its origin. */
export type Status = '0' | '1' | '2';
export const NEW = '0';
export const REDELIVERED = '2';

/** A record as far as it is read before anybody knows whether it is new. */
export interface Taken {
  record: StatsRecord;
  /** Epoch ms: when an event happened. */
  occurredAt: number;
  /** Epoch ms of receipt. */
  at: number;
  /** An event older than the retention. */
  tooOld: boolean;
}

/** Records of a batch, and what the script is to look up. */
export interface Part {
  taken: Taken[];
  checks: string;
  ids: Buffer;
  entries: Buffer;
}

const readAt = createClockReader();
const readOccurredAt = createClockReader();

const timesOf = (record: StatsRecord): { at: number; occurredAt: number } => {
  if (record.kind === 'event') {
    const { receivedAt, occurredAt } = record.event;
    return { at: readAt(receivedAt), occurredAt: readOccurredAt(occurredAt) };
  }
  if (record.kind === 'received') return { at: 0, occurredAt: 0 };
  return { at: Date.parse((record.kind === 'dead' ? record.dead : record.dropped).at), occurredAt: 0 };
};

/** Where a record leaves its mark: entry and bit. */
const markOf = (record: StatsRecord): [entry: string, bit: number] | undefined => {
  if (record.kind === 'received') return [record.received.batch, RECEIVED_BIT];
  const { origin } = record;
  if (origin === undefined) return undefined;
  const slash = origin.lastIndexOf('/');
  const index = slash < 1 ? Number.NaN : Number(origin.slice(slash + 1));
  if (Number.isInteger(index) && index >= 0 && index <= HIGHEST_INDEX)
    return [origin.slice(0, slash), index + 1];
  return [`record ${origin}`, RECEIVED_BIT];
};

export const minuteOf = (at: number): number => Math.floor(at / MINUTE);

/** @param now epoch ms */
export const readPart = (
  records: readonly StatsRecord[],
  { retentionDays, now }: { retentionDays: number; now: number },
): Part => {
  const firstDay = firstKeptDay(retentionDays, now);
  const seconds = Math.floor(now / 1000);
  const entries = new Map<string, number>();
  const ids: string[] = [];
  const flat: number[] = [];
  const taken = records.map((record): Taken => {
    const times = timesOf(record);
    const tooOld = record.kind === 'event' && Math.floor(times.occurredAt / DAY) < firstDay;
    const mark = markOf(record);
    let entry = 0;
    if (mark) {
      entry = entries.get(mark[0]) ?? entries.size + 1;
      entries.set(mark[0], entry);
    }
    const hasId = record.kind === 'event' && !tooOld;
    if (hasId) ids.push(record.event.id);
    flat.push(entry, mark?.[1] ?? 0, hasId ? 1 : 0, seconds - Math.floor(times.at / 1000));
    return { record, ...times, tooOld };
  });
  const packedIds = packIds(ids);
  const packedEntries = packIds([...entries.keys()]);
  const checks = JSON.stringify({
    records: flat,
    ids: ids.length,
    idLengths: packedIds.lengths ?? false,
    entries: entries.size,
    entryLengths: packedEntries.lengths ?? false,
  });
  return { taken, checks, ids: packedIds.blob, entries: packedEntries.blob };
};
