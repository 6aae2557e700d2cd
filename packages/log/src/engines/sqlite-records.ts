import type { Batch, LogRecord, NewRecord, Start } from '../log.ts';
import { createRecent } from './sqlite-recent.ts';
import { positionAt, type RecordRow, type Tables } from './sqlite-tables.ts';

/** Characters of values in one batch, its first record not counted. */
const BATCH_CHARS = 2_000_000;

export const toRecord = (topic: string, row: RecordRow): LogRecord => {
  const record: LogRecord = {
    topic,
    partition: 0,
    position: row.position,
    at: row.at,
    key: row.key,
    value: row.value,
  };
  if (row.headers !== null) record.headers = JSON.parse(row.headers);
  return record;
};

const byTopic = (records: readonly NewRecord[]): Map<string, NewRecord[]> => {
  const topics = new Map<string, NewRecord[]>();
  for (const record of records) {
    const list = topics.get(record.topic);
    if (list) list.push(record);
    else topics.set(record.topic, [record]);
  }
  return topics;
};

/** Appends to and reads from the records. Texts are kept as UTF-8: a lone surrogate becomes U+FFFD. */
export const createRecords = (tables: Tables, clock: () => number) => {
  const recent = createRecent();

  const insert = (topic: string, records: readonly NewRecord[]): { added: LogRecord[]; bytes: number } => {
    const row = tables.topic(topic) ?? tables.addTopic(topic);
    const table = tables.records(row.id);
    const at = Math.max(clock(), row.lastAt);
    const added: LogRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      const position = row.end + added.length;
      const key = record.key.toWellFormed();
      const value = record.value.toWellFormed();
      const headers = record.headers ? JSON.stringify(record.headers) : null;
      table.insert.run(position, at, key, value, headers);
      bytes += Buffer.byteLength(key) + Buffer.byteLength(value) + (headers ? Buffer.byteLength(headers) : 0);
      const kept: LogRecord = { topic, partition: 0, position, at, key, value };
      if (record.headers) kept.headers = record.headers;
      added.push(kept);
    }
    tables.grow(row.id, row.end + added.length, at, bytes);
    return { added, bytes };
  };

  const range = (topic: string): { start: number; end: number } => {
    const row = tables.topic(topic);
    if (!row) return { start: 0, end: 0 };
    return { start: tables.records(row.id).first() ?? row.end, end: row.end };
  };

  /** Position of the first record at or after a time. */
  const atTime = (topic: string, time: number): number => {
    const row = tables.topic(topic);
    return row ? positionAt(range(topic), tables.records(row.id).at, time) : 0;
  };

  return {
    range,
    atTime,
    /** Tell it of what retention has deleted. */
    trimmed: recent.trim,

    /** Inside a transaction. `keep` is to be called when it is committed. */
    append(records: readonly NewRecord[]): { bytes: number; keep: () => void } {
      const parts = [...byTopic(records)].map(([topic, list]) => insert(topic, list));
      return {
        bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
        keep() {
          for (const { added } of parts) recent.push(added[0]?.topic ?? '', added);
        },
      };
    },

    /** A position past the end belongs to a log that is gone: reading starts over at the oldest record. */
    resolve(topic: string, start: Start): number {
      const { start: first, end } = range(topic);
      if (start === 'earliest') return first;
      if (start === 'latest') return end;
      if (typeof start !== 'number') return atTime(topic, start.time);
      return start > end ? first : Math.max(0, Math.trunc(start));
    },

    read(topic: string, from: number, max: number): Batch {
      const batch: Batch = { topic, partition: 0, from, next: from, records: recent.read(topic, from, max) };
      const row = batch.records.length === 0 ? tables.topic(topic) : undefined;
      if (row && row.end > from) {
        let chars = 0;
        for (const found of tables.records(row.id).read(from, max)) {
          chars += found.value.length;
          batch.records.push(toRecord(topic, found));
          if (chars > BATCH_CHARS) break;
        }
      }
      batch.next = (batch.records.at(-1)?.position ?? from - 1) + 1;
      return batch;
    },
  };
};

export type Records = ReturnType<typeof createRecords>;
