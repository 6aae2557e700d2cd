export { type Database, type OpenDatabase, openDatabase, type SqlMigration } from './database.ts';
export { createReader, type Reader } from './reader.ts';
export { numberOption, parseSqliteUrl, type SqliteUrl } from './url.ts';
