// Run on the reader's thread by reader.test.ts.
import type { DatabaseSync } from 'node:sqlite';
import { PushtechError } from '@pushtech/event';

export const count = (db: DatabaseSync, prefix: string, plus: number) =>
  Number(db.prepare(`SELECT n FROM ${prefix}counter`).get()?.n) + plus;

export const write = (db: DatabaseSync) => db.exec('UPDATE x_counter SET n = 1');

export const refuse = () => {
  throw new PushtechError('TOO_MUCH', 'dead', 'ask for less');
};

export const die = () => process.exit(1);
