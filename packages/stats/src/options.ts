/** How many different values are told apart per UTC day; what goes beyond is counted under `other`. */
export interface Caps {
  /** Per dimension and site. */
  values: number;
  sites: number;
  types: number;
}

export interface StatsOptions {
  /** Epoch ms. */
  clock?: () => number;
  /** Names of event properties that are counted as dimensions. */
  properties?: readonly string[];
  /** Older days are not kept and older events not counted; 0 = for ever. */
  retentionDays?: number;
  /** Ids and redeliveries are recognised for so many days of receipt, … */
  duplicateWindowDays?: number;
  /** … but no more than so many. */
  duplicateWindowIds?: number;
  caps?: Partial<Caps>;
  /** How often old data is looked after, in ms; 0 = never, for those who only read: they may not know how long is kept. */
  maintainMs?: number;
  /** Takes what an operator should know, e.g. that the server may lose what it took: facts, and a sentence. */
  warn?: (facts: object, sentence: string) => void;
}

export type Settled = Required<StatsOptions> & { caps: Caps };

/** Fills in the defaults. */
export const settle = (options: StatsOptions): Settled => ({
  clock: Date.now,
  properties: [],
  retentionDays: 0,
  duplicateWindowDays: 7,
  duplicateWindowIds: 5_000_000,
  maintainMs: 10_000,
  warn: () => {},
  ...options,
  caps: { values: 50_000, sites: 1000, types: 200, ...options.caps },
});
