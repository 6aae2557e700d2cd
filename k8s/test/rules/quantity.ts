const UNITS: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity of Kubernetes as a number: cores, or bytes. NaN for what is none; 0 for nothing. */
export const quantity = (text: string | number | undefined): number => {
  if (text === undefined) return 0;
  const [, digits, unit = ''] = /^([\d.]+)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  return Number(digits) * (UNITS[unit] ?? Number.NaN);
};
