import { openDatabase, parseSqliteUrl } from '@pushtech/sqlite';
import type { LogRecord } from '../log.ts';
import type { LogRestore } from '../restore.ts';
import { createTables, migrations } from './sqlite-tables.ts';

/** @throws PushtechError `SQLITE_OPEN`, `SQLITE_NEWER` (fatal) */
export const openSqliteRestore = async (url: string): Promise<LogRestore> => {
  const { path, prefix, dispose } = parseSqliteUrl(url);
  const database = openDatabase({ path, role: 'log', prefix, migrations, dispose });
  const { db } = database;
  let tables = createTables(db, prefix);

  const bytesOf = ({ key, value }: LogRecord, headers: string | null): number =>
    Buffer.byteLength(key) + Buffer.byteLength(value) + (headers === null ? 0 : Buffer.byteLength(headers));

  const insert = (topic: string, records: readonly LogRecord[], keepPositions: boolean): void => {
    const row = tables.topic(topic) ?? tables.addTopic(topic);
    const table = tables.records(row.id);
    let { end, lastAt } = row;
    let bytes = 0;
    for (const record of records) {
      const position = keepPositions && end === 0 ? record.position : end;
      lastAt = Math.max(lastAt, record.at);
      const headers = record.headers ? JSON.stringify(record.headers) : null;
      table.insert.run(position, lastAt, record.key, record.value, headers);
      bytes += bytesOf(record, headers);
      end = position + 1;
    }
    tables.grow(row.id, end, lastAt, bytes);
  };

  return {
    async count(topics) {
      const rows = topics.flatMap((topic) => tables.topic(topic) ?? []);
      return rows.reduce((sum, { id, end }) => sum + end - (tables.records(id).first() ?? end), 0);
    },
    async clear(topics) {
      await database.write(() => {
        for (const topic of topics) {
          const row = tables.topic(topic);
          if (row) db.exec(`DROP TABLE ${prefix}log_records_${row.id}`);
          db.prepare(`DELETE FROM ${prefix}log_topics WHERE name = ?`).run(topic);
          // Where groups were belongs to the records that are gone.
          db.prepare(`DELETE FROM ${prefix}log_groups WHERE topic = ?`).run(topic);
        }
      });
      tables = createTables(db, prefix);
    },
    async append(records, keepPositions) {
      const byTopic = Map.groupBy(records, ({ topic }) => topic);
      await database.write(() => {
        for (const [topic, list] of byTopic) insert(topic, list, keepPositions);
      });
    },
    async close() {
      await database.sync();
      await database.close();
    },
  };
};
