const MOST_VALUES = 300;
const MOST_LENGTH = 200;

/** @param {any} record @returns {[name: string, value: unknown][]} */
const valuesOf = (record) => [
  ['type', record.type],
  ['site', record.site],
  ['country', record.place?.country],
  ['path', record.page?.path],
];

/** How often which values came by in the stream, for completion. The rarest are forgotten. @param {readonly string[]} types known without being seen */
export const createSeenValues = (types) => {
  /** @type {Map<string, Map<string, number>>} */
  const seen = new Map(['type', 'site', 'country', 'path'].map((name) => [name, new Map()]));
  for (const type of types) seen.get('type')?.set(type, 0);

  /** @param {Map<string, number>} counts */
  const forget = (counts) => {
    const rare = [...counts].sort((a, b) => a[1] - b[1]).slice(0, MOST_VALUES / 2);
    for (const [value] of rare) counts.delete(value);
  };

  /** @param {string} name @param {unknown} value */
  const count = (name, value) => {
    if (typeof value !== 'string' || value === '' || value.length > MOST_LENGTH || /[",]/.test(value)) return;
    const counts = /** @type {Map<string, number>} */ (seen.get(name));
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size > MOST_VALUES) forget(counts);
  };

  return {
    /** @param {unknown[]} records */
    add(records) {
      for (const record of records) for (const [name, value] of valuesOf(record)) count(name, value);
    },
    /**
     * Those that hold what was typed, those that begin with it first, then the most frequent.
     * @param {string} name
     * @param {string} typed
     * @returns {{ value: string, n: number }[]}
     */
    find(name, typed) {
      const part = typed.toLowerCase();
      const begins = (/** @type {string} */ value) => Number(!value.toLowerCase().startsWith(part));
      return [...(seen.get(name) ?? [])]
        .filter(([value]) => value.toLowerCase().includes(part))
        .sort(([a, n], [b, m]) => begins(a) - begins(b) || m - n || (a < b ? -1 : 1))
        .slice(0, 8)
        .map(([value, n]) => ({ value, n }));
    },
  };
};
