import type { DatabaseSync } from 'node:sqlite';
import { GOAL_ROOM, isGoalType } from '../../goals.ts';
import type { Caps } from '../../options.ts';
import { OTHER, PROPERTY_BASE } from './schema.ts';
import type { ValueSet, Values } from './values.ts';

/** One site, type and kind (bot or not) on one day. */
export interface Series {
  id: number;
  site: Site;
  /** The type is beyond the cap. */
  isOther: boolean;
}

interface Site {
  id: number;
  /** Type → series, people's and bots' apart. */
  people: Map<string, Series>;
  bots: Map<string, Series>;
  sets: ValueSet[];
}

export interface Day {
  day: number;
  level: number;
  /** Epoch ms. */
  touched: number;
  sites: Map<string | null, Site>;
  other: Site | undefined;
  siteNames: ValueSet;
  typeNames: ValueSet;
}

const SITE_NAMES = PROPERTY_BASE - 1;
const TYPE_NAMES = PROPERTY_BASE - 2;
const TOUCH_EVERY_MS = 600_000;
/** What the caches may weigh together: some 50 MB. */
const CACHE_BYTES = 32 * 1024 * 1024;

/** Days, sites and series with their caches. @param dimensionIds of the dimensions counted, in order */
export const createDays = (
  db: DatabaseSync,
  prefix: string,
  values: Values,
  { caps, dimensionIds }: { caps: Caps; dimensionIds: () => readonly number[] },
) => {
  const p = `${prefix}stats_`;
  const readDay = db.prepare(`SELECT level, touched FROM ${p}days WHERE day = ?`);
  const touch = db.prepare(
    `INSERT INTO ${p}days VALUES (?, 0, 0, ?) ON CONFLICT (day) DO UPDATE SET touched = excluded.touched`,
  );
  const findSeries = db.prepare(`SELECT id FROM ${p}series WHERE site = ? AND type = ? AND bot = ?`);
  const makeSeries = db.prepare(`INSERT INTO ${p}series (site, type, bot) VALUES (?, ?, ?)`);
  const days = new Map<number, Day>();

  const open = (number: number): Day => {
    const row = readDay.get(number);
    const day: Day = {
      day: number,
      level: Number(row?.level ?? 0),
      touched: Number(row?.touched ?? 0),
      sites: new Map(),
      other: undefined,
      siteNames: values.newSet(number, SITE_NAMES, 0),
      typeNames: values.newSet(number, TYPE_NAMES, 0),
    };
    days.set(number, day);
    return day;
  };

  const newSite = (day: Day, id: number): Site => ({
    id,
    people: new Map(),
    bots: new Map(),
    sets: dimensionIds().map((dimension) => values.newSet(day.day, dimension, id)),
  });

  const siteOf = (day: Day, name: string | null): Site => {
    const cached = day.sites.get(name);
    if (cached) return cached;
    const id = values.idOf(day.siteNames, name, caps.sites, true);
    if (id === OTHER) {
      day.other ??= newSite(day, OTHER);
      return day.other;
    }
    const site = newSite(day, id);
    day.sites.set(name, site);
    return site;
  };

  const openSeries = (day: Day, site: Site, type: string, bot: boolean): Series => {
    const most = isGoalType(type) ? caps.types * GOAL_ROOM : caps.types;
    const typeId = values.idOf(day.typeNames, type, most, true);
    const key = [site.id, typeId, bot ? 1 : 0];
    const id = Number(findSeries.get(...key)?.id ?? makeSeries.run(...key).lastInsertRowid);
    return { id, site, isOther: typeId === OTHER };
  };

  const seriesOf = (day: Day, siteName: string | null, type: string, bot: boolean): Series => {
    const site = siteOf(day, siteName);
    const ofKind = bot ? site.bots : site.people;
    let series = ofKind.get(type);
    if (!series) {
      series = openSeries(day, site, type, bot);
      ofKind.set(type, series);
    }
    return series;
  };

  return {
    /** @param number days since 1970 UTC; @param now epoch ms */
    dayOf(number: number, now: number): Day {
      const day = days.get(number) ?? open(number);
      if (now - day.touched > TOUCH_EVERY_MS) {
        touch.run(number, now);
        day.touched = now;
      }
      return day;
    },

    seriesOf,

    /** `undefined` beyond the cap: under `other` the event would count a second time. */
    goalSeriesOf(day: Day, siteName: string | null, type: string, bot: boolean): Series | undefined {
      const series = seriesOf(day, siteName, type, bot);
      return series.isOther ? undefined : series;
    },

    tooHeavy: () => values.weight() > CACHE_BYTES,

    reset(): void {
      days.clear();
      values.reset();
    },
  };
};

export type Days = ReturnType<typeof createDays>;
