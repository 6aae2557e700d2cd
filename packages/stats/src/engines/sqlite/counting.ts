import type { DatabaseSync } from 'node:sqlite';
import { dimensionsWith } from '../../dimensions.ts';
import { goalType } from '../../goals.ts';
import { hash53 } from '../../keys.ts';
import type { Settled } from '../../options.ts';
import { createDays, type Day, type Series } from './days.ts';
import { type Fact, GOALS, IS_BOT, SITE, TYPE, VALUES, VISITOR } from './facts.ts';
import { createNames } from './names.ts';
import { DAY_MINUTES, FOR_EVER, LEVEL_MINUTES, MINUTE, PROPERTY_BASE, TOTALS } from './schema.ts';
import { createTallies } from './tallies.ts';
import { createValues, type ValueSet } from './values.ts';
import { createVisits } from './visits.ts';

const PROPERTY = 'properties.';

/** When an event happened: the minute since 1970. */
interface When {
  day: Day;
  minute: number;
}

/** Adds events to the counters: in memory at first, each counter written once per transaction. */
export const createCounting = (db: DatabaseSync, prefix: string, options: Settled) => {
  const names = createNames(db, prefix);
  const values = createValues(db, prefix, names);
  const dimensions = dimensionsWith(options.properties);
  let ids: readonly number[] | undefined;
  const dimensionIds = () => {
    ids ??= dimensions.map(({ name }, index) => dimensionId(name, index));
    return ids;
  };
  const days = createDays(db, prefix, values, { caps: options.caps, dimensionIds });
  const tallies = createTallies(db, prefix, () => [TOTALS, ...dimensionIds()]);
  const visits = createVisits(db, prefix);
  const found: number[] = new Array(dimensions.length).fill(0);

  function dimensionId(name: string, index: number): number {
    return name.startsWith(PROPERTY)
      ? PROPERTY_BASE + names.idOf(name.slice(PROPERTY.length), FOR_EVER)
      : index + 1;
  }

  const countValues = (series: Series, bucket: number, facts: readonly Fact[], first: number): void => {
    const slot = tallies.slotOf(bucket, series.id);
    for (let i = 0; i < dimensions.length; i++) {
      const text = facts[first + VALUES + i] as string | null;
      const value = values.idOf(series.site.sets[i] as ValueSet, text, options.caps.values);
      found[i] = value;
      tallies.add(i + 1, slot, value);
    }
  };

  const reset = (): void => {
    ids = undefined;
    tallies.clear();
    visits.reset();
    days.reset();
    names.reset();
  };

  const countIn = (series: Series, { day, minute }: When, facts: readonly Fact[], first: number): void => {
    const visitor = facts[first + VISITOR] as string | undefined;
    const unit = LEVEL_MINUTES[day.level] as number;
    const totals = minute - (minute % unit);
    tallies.makeRoom();
    tallies.add(0, tallies.slotOf(totals, series.id), 0);
    countValues(series, minute - (minute % Math.max(unit, 60)), facts, first);
    if (visitor !== undefined) visits.add(series.id, totals, hash53(visitor), found);
  };

  const countGoals = (goals: string, when: When, facts: readonly Fact[], first: number): void => {
    const site = facts[first + SITE] as string | null;
    for (const goal of goals.split(' ')) {
      const series = days.goalSeriesOf(when.day, site, goalType(goal), facts[first + IS_BOT] === true);
      if (series) countIn(series, when, facts, first);
    }
  };

  return {
    /** @param first where the event's facts begin; @param occurredAt and now in epoch ms */
    count(facts: readonly Fact[], first: number, occurredAt: number, now: number): void {
      const site = facts[first + SITE] as string | null;
      const goals = facts[first + GOALS] as string | undefined;
      const minute = Math.floor(occurredAt / MINUTE);
      const when = { day: days.dayOf(Math.floor(minute / DAY_MINUTES), now), minute };
      const type = facts[first + TYPE] as string;
      countIn(days.seriesOf(when.day, site, type, facts[first + IS_BOT] === true), when, facts, first);
      if (goals) countGoals(goals, when, facts, first);
    },
    flush(): void {
      tallies.flush();
      visits.flush();
      values.flush();
      if (days.tooHeavy()) reset();
    },
    /** Forgets everything not written, and all caches: a transaction failed, or somebody else wrote. */
    reset,
  };
};
