import type { Event } from '@pushtech/event';
import type { Dimension } from '../../dimensions.ts';
import { goalType } from '../../goals.ts';
import { hash53 } from '../../keys.ts';
import { WIDTH, withVisitors } from './names.ts';

/** Visitors are looked through one by one up to here. */
const FEW = 16;

/** How many events, and whose. */
interface Cell {
  n: number;
  visitors: number[];
  /** The same, where they are many. */
  known: Set<number> | undefined;
}

interface Place {
  hour: number;
  site: number;
  type: number;
  bot: 0 | 1;
  minutes: Map<number, Cell>;
  total: Cell;
  /** Per dimension, by number of the text. */
  values: Map<string | null, Counted>[];
}

interface Counted extends Cell {
  text: number;
}

/** Texts in the order they came; their numbers begin with 1. */
type Texts = Map<string, number>;

interface Day {
  day: number;
  sites: Texts;
  types: Texts;
  /** Per site (0 = not known) and dimension. */
  sets: Texts[][];
  places: Map<string, Place>;
}

const newCell = (): Cell => ({ n: 0, visitors: [], known: undefined });

const addVisitor = (cell: Cell, visitor: number): void => {
  const { visitors } = cell;
  if (visitors.length < FEW) {
    if (!visitors.includes(visitor)) visitors.push(visitor);
    return;
  }
  cell.known ??= new Set(visitors);
  if (cell.known.has(visitor)) return;
  cell.known.add(visitor);
  visitors.push(visitor);
};

const numberOf = (texts: Texts, text: string): number => {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, texts.size + 1);
  return texts.size;
};

/** 48 bits of a visitor: among those that lie in one cell, two are never taken for one. */
export const visitorOf = (text: string): number => hash53(text) % 2 ** (WIDTH * 8);

/** Adds up events that count. Each count is written once per part of a batch. @param dimensions those with visitors first */
export const createPlaces = (dimensions: readonly Dimension[]) => {
  const days = new Map<number, Day>();
  let placeKey = '';
  let place: Place | undefined;
  let day: Day | undefined;
  const elements: number[] = [];

  const newSets = (): Texts[] => dimensions.map(() => new Map());

  const dayOf = (number: number): Day => {
    if (day?.day === number) return day;
    day = days.get(number) ?? {
      day: number,
      sites: new Map(),
      types: new Map(),
      sets: [newSets()],
      places: new Map(),
    };
    days.set(number, day);
    return day;
  };

  const newPlace = (ofDay: Day, hour: number, event: Event, type: string): Place => {
    const site = event.site === undefined ? 0 : numberOf(ofDay.sites, event.site.toWellFormed());
    ofDay.sets[site] ??= newSets();
    return {
      hour,
      site,
      type: numberOf(ofDay.types, type.toWellFormed()),
      bot: event.bot ? 1 : 0,
      minutes: new Map(),
      total: newCell(),
      values: dimensions.map(() => new Map()),
    };
  };

  const placeOf = (ofDay: Day, hour: number, event: Event, type: string): Place => {
    // Types and numbers hold no blank, so the site may come last.
    const site = event.site === undefined ? '' : ` ${event.site}`;
    const key = `${ofDay.day} ${hour} ${event.bot ? 1 : 0} ${type}${site}`;
    if (place && placeKey === key) return place;
    placeKey = key;
    place = ofDay.places.get(key);
    if (!place) {
      place = newPlace(ofDay, hour, event, type);
      ofDay.places.set(key, place);
    }
    return place;
  };

  const newCounted = (ofDay: Day, site: number, index: number, value: string | null): Counted => {
    const texts = ofDay.sets[site]?.[index] as Texts;
    return { ...newCell(), text: value === null ? 0 : numberOf(texts, value.toWellFormed()) };
  };

  const countValue = (ofDay: Day, at: Place, index: number, event: Event): Counted => {
    const values = at.values[index] as Map<string | null, Counted>;
    const value = (dimensions[index] as Dimension).read(event);
    let counted = values.get(value);
    if (!counted) {
      counted = newCounted(ofDay, at.site, index, value);
      values.set(value, counted);
    }
    counted.n += 1;
    return counted;
  };

  const countTotals = (at: Place, minute: number, visitor: number | undefined): void => {
    let ofMinute = at.minutes.get(minute);
    if (!ofMinute) {
      ofMinute = newCell();
      at.minutes.set(minute, ofMinute);
    }
    ofMinute.n += 1;
    at.total.n += 1;
    if (visitor === undefined) return;
    addVisitor(ofMinute, visitor);
    addVisitor(at.total, visitor);
  };

  /** What the script reads: its visitors follow each other in one blob, in the order of these numbers. */
  const tell = ({ hour, site, type, bot, minutes, total, values }: Place) => {
    const put = ({ n, visitors }: Cell): [number, number] => {
      for (const visitor of visitors) elements.push(visitor);
      return [n, visitors.length];
    };
    const told = {
      hour,
      site,
      type,
      bot,
      minutes: [...minutes].flatMap(([minute, cell]) => [minute, ...put(cell)]),
      n: total.n,
      visitors: put(total)[1],
    };
    const counts = values.map((byText, index) => {
      const flat: number[] = [];
      for (const cell of byText.values()) {
        flat.push(cell.text, cell.n);
        if (index < withVisitors.length) flat.push(put(cell)[1]);
      }
      return flat;
    });
    return { ...told, counts };
  };

  const countAs = (type: string, event: Event, occurredAt: number): void => {
    const minute = Math.floor(occurredAt / 60_000);
    const ofDay = dayOf(Math.floor(minute / 1440));
    const at = placeOf(ofDay, Math.floor(minute / 60) - ofDay.day * 24, event, type);
    const visitor = event.visitor === undefined ? undefined : visitorOf(event.visitor);
    countTotals(at, minute - Math.floor(minute / 60) * 60, visitor);
    for (let index = 0; index < dimensions.length; index++) {
      const counted = countValue(ofDay, at, index, event);
      if (visitor !== undefined && index < withVisitors.length) addVisitor(counted, visitor);
    }
  };

  return {
    /** @param occurredAt epoch ms @param goals ids of those that the event meets */
    count(event: Event, occurredAt: number, goals: readonly string[] | undefined): void {
      countAs(event.type, event, occurredAt);
      if (goals) for (const goal of goals) countAs(goalType(goal), event, occurredAt);
    },

    /** The days for the script, and their visitors. */
    finish() {
      const told = [...days.values()].map((one) => ({
        day: one.day,
        sites: [...one.sites.keys()],
        types: [...one.types.keys()],
        sets: one.sets.map((ofSite) => ofSite.map((texts) => [...texts.keys()])),
        places: [...one.places.values()].map(tell),
      }));
      const visitors = Buffer.allocUnsafe(elements.length * WIDTH);
      elements.forEach((element, i) => {
        visitors.writeUIntBE(element, i * WIDTH, WIDTH);
      });
      return { days: told, visitors };
    },
  };
};
