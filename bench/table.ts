export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
};

export interface Row {
  what: string;
  value: string;
  must: string;
  aim: string;
  verdict: 'aim met' | 'must met' | 'MISSED' | '';
}

/** `value` at most `must`, better at most `aim`. */
export const judged = (what: string, value: number, unit: string, must: number, aim?: number): Row => ({
  what,
  value: `${value.toFixed(value < 20 ? 2 : 0)} ${unit}`,
  must: `≤ ${must}`,
  aim: aim === undefined ? '' : `≤ ${aim}`,
  verdict: value <= (aim ?? must) ? 'aim met' : value <= must ? 'must met' : 'MISSED',
});

export const told = (what: string, value: string): Row => ({ what, value, must: '', aim: '', verdict: '' });

export const markdown = (rows: readonly Row[]): string =>
  [
    '| what | measured | must | aim | |',
    '|---|---|---|---|---|',
    ...rows.map((r) => `| ${r.what} | ${r.value} | ${r.must} | ${r.aim} | ${r.verdict} |`),
  ].join('\n');
