import type { DatabaseSync } from 'node:sqlite';
import type { Event } from '@pushtech/event';
import { type Dimension, dimensionsWith } from '../../dimensions.ts';
import type { Settled } from '../../options.ts';
import { createDays, type LastSeen, type Series } from './days.ts';
import { hash53 } from './keys.ts';
import { createNames } from './names.ts';
import { DAY_MINUTES, FOR_EVER, LEVEL_MINUTES, MINUTE, PROPERTY_BASE, TOTALS } from './schema.ts';
import { createValues } from './values.ts';

const PROPERTY = 'properties.';

/** Adds events to the counters: in memory at first, each counter written once per transaction. */
export const createCounting = (db: DatabaseSync, prefix: string, options: Settled) => {
  const p = `${prefix}stats_`;
  const addEvents = db.prepare(
    `INSERT INTO ${p}counters VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events`,
  );
  const addVisitor = db.prepare(`INSERT OR IGNORE INTO ${p}visitors VALUES (?, ?, ?, ?, ?)`);
  const names = createNames(db, prefix);
  const values = createValues(db, prefix, names);
  const dimensions = dimensionsWith(options.properties);
  const withVisitors = dimensions.filter(({ visitors }) => visitors).length;
  let ids: readonly number[] | undefined;
  const dimensionIds = () => {
    ids ??= dimensions.map(({ name }, index) => dimensionId(name, index));
    return ids;
  };
  const days = createDays(db, prefix, values, { caps: options.caps, dimensionIds });
  const pending: Series[] = [];
  const found: number[] = new Array(dimensions.length).fill(0);

  function dimensionId(name: string, index: number): number {
    return name.startsWith(PROPERTY) ? PROPERTY_BASE + names.idOf(name.slice(PROPERTY.length), FOR_EVER) : index + 1;
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

  const countVisitor = (series: Series, totals: number, bucket: number, visitor: number): void => {
    const last = series.visitors.get(visitor);
    if (last?.totals !== totals) addVisitor.run(TOTALS, totals, series.id, 0, visitor);
    const again = last?.bucket === bucket;
    for (let i = 0; i < withVisitors; i++) {
      const value = found[i] as number;
      if (again && last.values[i] === value) continue;
      addVisitor.run(dimensionIds()[i] as number, bucket, series.id, value, visitor);
    }
    keep(series, last, { totals, bucket, visitor });
  };

  const keep = (
    series: Series,
    last: LastSeen | undefined,
    { totals, bucket, visitor }: { totals: number; bucket: number; visitor: number },
  ): void => {
    if (!last) {
      days.remember(series, visitor, { totals, bucket, values: found.slice(0, withVisitors) });
      return;
    }
    last.totals = totals;
    last.bucket = bucket;
    for (let i = 0; i < withVisitors; i++) last.values[i] = found[i] as number;
  };

  const write = (series: Series): void => {
    for (const [bucket, n] of series.totals) addEvents.run(TOTALS, bucket, series.id, 0, n);
    for (const [bucket, maps] of series.values) {
      for (let i = 0; i < maps.length; i++) {
        const dimension = dimensionIds()[i] as number;
        for (const [value, n] of maps[i] as Map<number, number>) addEvents.run(dimension, bucket, series.id, value, n);
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
      if (event.visitor !== undefined) countVisitor(series, totals, bucket, hash53(event.visitor));
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
