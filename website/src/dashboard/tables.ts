import { dimensions, type Span, type Stats } from '@pushtech/stats';

/** The cards of the dashboard with the tables each of them holds, the one that is open at first before the others. */
export const cards = {
  pages: ['path', 'page'],
  sources: ['source', 'referrer', 'medium', 'campaign'],
  places: ['country', 'region', 'city'],
  devices: ['device', 'browser', 'os'],
  events: ['type', 'site'],
} as const;

const PROPERTY = 'properties.';

export const propertyTables = (properties: readonly string[]): string[] =>
  [...new Set(properties)].map((name) => PROPERTY + name);

/** Tables that count visitors too. */
const withVisitors = new Set(dimensions.filter(({ visitors }) => visitors).map(({ name }) => name));
export const countsVisitors = (table: string): boolean => withVisitors.has(table);

export const isTable = (name: string, properties: readonly string[]): boolean =>
  name === 'type' ||
  name === 'site' ||
  dimensions.some((dimension) => dimension.name === name) ||
  propertyTables(properties).includes(name);

/** The tables that are open: one of each card, `wanted` before the first. */
export const openTables = (wanted: string | undefined, properties: readonly string[]): string[] => {
  const asked = new Set((wanted ?? '').split(','));
  const own = propertyTables(properties);
  return [...Object.values(cards), own].flatMap((tables) => {
    const first = tables.find((name) => asked.has(name)) ?? tables[0];
    return first === undefined ? [] : [first];
  });
};

export interface Table {
  /** Value (`null` = not known), events and, where the table counts them, visitors. */
  rows: (readonly [value: string | null, events: number, visitors?: number])[];
  /** Events in none of the rows. */
  other: number;
  total: number;
  /** Epoch ms: what was counted, widened to what is held. */
  from: number;
  to: number;
}

/** The values with the most events. */
export const readTable = async (
  stats: Stats,
  span: Span,
  dimension: string,
  limit: number,
): Promise<Table> => {
  const { rows, other, total, from, to } = await stats.top({ ...span, dimension, limit });
  return {
    rows: rows.map(({ value, events, visitors }) =>
      visitors === undefined ? [value, events] : [value, events, visitors],
    ),
    other: other.events,
    total: total.events,
    from,
    to,
  };
};
