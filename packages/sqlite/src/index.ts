export { type Database, type OpenDatabase, openDatabase } from './database.ts';
export { END, endThread } from './end-thread.ts';
export { toPushtechError } from './errors.ts';
export type { SqlMigration } from './migrate.ts';
export { type PreparedTables, prepareTables, readSchemaNumber } from './prepare-tables.ts';
export { createReader, type Reader } from './reader.ts';
export { numberOption, parseSqliteUrl, type SqliteUrl } from './url.ts';
export { createWaker, type Waker } from './waker.ts';
