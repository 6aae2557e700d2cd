import type { DatabaseSync } from 'node:sqlite';
import type { Event } from '@pushtech/event';
import { type Dimension, dimensionsWith } from '../../dimensions.ts';
import type { Settled } from '../../options.ts';
import { createDays, type Series } from './days.ts';
import { hash53 } from './keys.ts';
import { createNames } from './names.ts';
import {
  DAY_MINUTES,
  FOR_EVER,
  LEVEL_MINUTES,
  MINUTE,
  PROPERTY_BASE,
  TOTALS,
  visitColumns,
} from './schema.ts';
import { createValues } from './values.ts';

const PROPERTY = 'properties.';

/** Adds events to the counters: in memory at first, each counter written once per transaction. */
export const createCounting = (db: DatabaseSync, prefix: string, options: Settled) => {
  const p = `${prefix}stats_`;
  const addEvents = db.prepare(
    `INSERT INTO ${p}counters VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events`,
  );
  const addVisit = db.prepare(`INSERT OR IGNORE INTO ${p}visits VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const names = createNames(db, prefix);
  const values = createValues(db, prefix, names);
  const dimensions = dimensionsWith(options.properties);
  let ids: readonly number[] | undefined;
  const dimensionIds = () => {
    ids ??= dimensions.map(({ name }, index) => dimensionId(name, index));
    return ids;
  };
  const days = createDays(db, prefix, values, { caps: options.caps, dimensionIds });
  const pending: Series[] = [];
  const found: number[] = new Array(dimensions.length).fill(0);

  function dimensionId(name: string, index: number): number {
    return name.startsWith(PROPERTY)
      ? PROPERTY_BASE + names.idOf(name.slice(PROPERTY.length), FOR_EVER)
      : index + 1;
  }

  const countValues = (series: Series, bucket: number, event: Event): void => {
    let maps = series.values.get(bucket);
    if (!maps) {
      maps = dimensions.map(() => new Map<number, number>());
      series.values.set(bucket, maps);
    }
    for (let i = 0; i < dimensions.length; i++) {
      const text = (dimensions[i] as Dimension).read(event);
      const set = series.site.sets[i] as Series['site']['sets'][number];
      const value = values.idOf(set, text, options.caps.values);
      found[i] = value;
      const map = maps[i] as Map<number, number>;
      map.set(value, (map.get(value) ?? 0) + 1);
    }
  };

  const countVisit = (series: Series, bucket: number, visitor: number): void => {
    // The dimensions that visits keep come first.
    const [path, source, campaign, country, device] = found as [number, number, number, number, number];
    const last = days.lastVisit(series, visitor);
    let changed = last[0] !== bucket;
    last[0] = bucket;
    for (let i = 0; i < visitColumns.length; i++) {
      if (last[i + 1] !== found[i]) changed = true;
      last[i + 1] = found[i];
    }
    if (changed) addVisit.run(bucket, series.id, visitor, path, source, campaign, country, device);
  };

  const write = (series: Series): void => {
    for (const [bucket, n] of series.totals) addEvents.run(TOTALS, bucket, series.id, 0, n);
    for (const [bucket, maps] of series.values) {
      for (let i = 0; i < maps.length; i++) {
        const dimension = dimensionIds()[i] as number;
        for (const [value, n] of maps[i] as Map<number, number>)
          addEvents.run(dimension, bucket, series.id, value, n);
      }
    }
    series.totals.clear();
    series.values.clear();
    series.pending = false;
  };

  const reset = (): void => {
    pending.length = 0;
    ids = undefined;
    days.reset();
  };

  return {
    /** @param occurredAt and now in epoch ms */
    count(event: Event, occurredAt: number, now: number): void {
      const minute = Math.floor(occurredAt / MINUTE);
      const day = days.dayOf(Math.floor(minute / DAY_MINUTES), now);
      const series = days.seriesOf(day, event.site ?? null, event.type, event.bot !== undefined);
      if (!series.pending) pending.push(series);
      series.pending = true;
      const unit = LEVEL_MINUTES[day.level] as number;
      const totals = minute - (minute % unit);
      const bucket = minute - (minute % Math.max(unit, 60));
      series.totals.set(totals, (series.totals.get(totals) ?? 0) + 1);
      countValues(series, bucket, event);
      if (event.visitor !== undefined) countVisit(series, totals, hash53(event.visitor));
    },
    flush(): void {
      for (const series of pending) write(series);
      pending.length = 0;
      values.flush();
      if (days.tooHeavy()) days.reset();
    },
    /** Forgets everything not written, and all caches: a transaction failed, or somebody else wrote. */
    reset,
  };
};
