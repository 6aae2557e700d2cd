import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createPlace } from '@pushtech/sqlite/testing';
import { hash53 } from '../../src/keys.ts';
import { eraserContract } from '../contract-erase.ts';

/** Database and write-ahead log. */
const bytes = async (url: string): Promise<Buffer> => {
  const path = url.replace(/^sqlite:/, '').replace(/\?.*/, '');
  const db = new DatabaseSync(path);
  // What stood in a page before stays in it and in the log until both are rewritten: the task `erase` does it.
  db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  return Buffer.concat([readFileSync(path), readFileSync(`${path}-wal`)]);
};

/** An integer as SQLite writes it: 8 bytes, or 6 when that is enough. */
const derived = (visitor: string): Buffer => {
  const number = hash53(visitor);
  const eight = Buffer.alloc(8);
  eight.writeBigInt64BE(BigInt(number));
  return number < 2 ** 47 ? eight.subarray(2) : eight;
};

eraserContract('sqlite', () => createPlace(), { bytes, derived });
eraserContract('sqlite with a prefix', () => createPlace('?prefix=x_'), { bytes, derived });
