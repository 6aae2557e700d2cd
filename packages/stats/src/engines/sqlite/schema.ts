import type { SqlMigration } from '@pushtech/sqlite';

/** Value ids that stand for no text. */
export const NOT_KNOWN = 0;
export const OTHER = 1;

/** The dimension (and value) of the totals. */
export const TOTALS = 0;

/** Dimensions of properties: this plus the id of the property's name. */
export const PROPERTY_BASE = 1000;

/** Where a visit keeps its values: part of the schema, so they change by migration only. */
export const visitColumns = ['path', 'source', 'campaign', 'country', 'device'] as const;

export { DAY_MINUTES, LEVEL_MINUTES, MINUTE } from '../../spans.ts';

/** Rows of `state`: the newest heartbeat, and how long its road was. */
export const ROAD_AT = 'road';
export const ROAD_DELAY = 'road delay';

/** A name that is never forgotten: of a site, a type, a property. */
export const FOR_EVER = 1_000_000_000;

/**
 * A `bucket` is its start in minutes since 1970 UTC. Every count is stored once, at the finest level its day is held at
 * (`days.level`: 0 minute, 1 hour, 2 day; counters of dimensions never finer than hours), so that coarsening a day is a
 * matter of adding rows up (`days.merged`: how far that has come). A visit is what a visitor was seen with in a bucket: one row for all dimensions, and time
 * first in its key, so that a transaction touches few pages.
 */
const first: SqlMigration = (db, prefix) => {
  const p = `${prefix}stats_`;
  db.exec(`
    CREATE TABLE ${p}positions (source TEXT PRIMARY KEY, position INTEGER NOT NULL, done INTEGER NOT NULL)
      STRICT, WITHOUT ROWID;
    CREATE TABLE ${p}state (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE ${p}names (id INTEGER PRIMARY KEY, text TEXT UNIQUE, day INTEGER NOT NULL) STRICT;
    INSERT INTO ${p}names VALUES (${OTHER}, NULL, ${FOR_EVER});
    CREATE TABLE ${p}days (day INTEGER PRIMARY KEY, level INTEGER NOT NULL, merged INTEGER NOT NULL,
      touched INTEGER NOT NULL) STRICT;
    CREATE TABLE ${p}series (id INTEGER PRIMARY KEY, site INTEGER NOT NULL, type INTEGER NOT NULL, bot INTEGER NOT NULL,
      UNIQUE (site, type, bot)) STRICT;
    CREATE TABLE ${p}counters (dimension INTEGER, bucket INTEGER, series INTEGER, value INTEGER, events INTEGER NOT NULL,
      PRIMARY KEY (dimension, bucket, series, value)) STRICT, WITHOUT ROWID;
    CREATE TABLE ${p}visits (bucket INTEGER, series INTEGER, visitor INTEGER, ${visitColumns.join(' INTEGER, ')} INTEGER,
      PRIMARY KEY (bucket, series, visitor, ${visitColumns.join(', ')})) STRICT, WITHOUT ROWID;
    CREATE TABLE ${p}seen (day INTEGER, dimension INTEGER, site INTEGER, value INTEGER,
      PRIMARY KEY (day, dimension, site, value)) STRICT, WITHOUT ROWID;
    CREATE TABLE ${p}cardinality (day INTEGER, dimension INTEGER, site INTEGER, n INTEGER NOT NULL,
      PRIMARY KEY (day, dimension, site)) STRICT, WITHOUT ROWID;
    CREATE TABLE ${p}ids (id ANY PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE ${p}origins (id ANY PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, bits BLOB NOT NULL)
      STRICT, WITHOUT ROWID;
    CREATE TABLE ${p}ledger (minute INTEGER, run TEXT, received INTEGER NOT NULL, redelivered INTEGER NOT NULL,
      counted INTEGER NOT NULL, duplicates INTEGER NOT NULL, dead INTEGER NOT NULL,
      PRIMARY KEY (minute, run)) STRICT, WITHOUT ROWID;
    CREATE TABLE ${p}drops (minute INTEGER, run TEXT, reason TEXT, n INTEGER NOT NULL,
      PRIMARY KEY (minute, run, reason)) STRICT, WITHOUT ROWID;
  `);
};

/**
 * Marks say when a number (`seq`) was given out, so that the window's beginning has a time: every id after a mark's `seq`
 * was counted after its `at`, in seconds.
 */
const marks: SqlMigration = (db, prefix) => {
  const p = `${prefix}stats_`;
  db.exec(`
    CREATE TABLE ${p}marks (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
    INSERT INTO ${p}marks SELECT first, iif(first = 0, 0, at)
      FROM (SELECT ifnull(min(seq), 1) - 1 AS first, ifnull(at, 0) AS at FROM ${p}ids);
  `);
};

export const migrations: readonly SqlMigration[] = [first, marks];
