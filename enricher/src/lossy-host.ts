/** Second levels under which countries register names: `google.co.uk`, `yahoo.com.br`. */
const SECOND_LEVEL = new Set(['com', 'co', 'org', 'net', 'edu', 'ne', 'or', 'gov', 'ac']);

/** Country codes are the top-level names of two letters; `eu` and `uk` are among them. */
const isCountry = (label: string | undefined): boolean => label !== undefined && /^[a-z]{2}$/.test(label);

const withoutPrefix = (host: string): string => host.replace(/^(?:w{1,3}\d*|search|m)\./, '');

const withCountryEnd = (host: string): string | undefined => {
  const labels = host.split('.');
  if (labels.length < 2 || !isCountry(labels.at(-1))) return undefined;
  const kept = labels.length > 2 && SECOND_LEVEL.has(labels.at(-2) as string) ? -2 : -1;
  return [...labels.slice(0, kept), '{}'].join('.');
};

/** `de.bing.com`, `images.de.ask.com`. */
const withCountryBefore = (host: string): string | undefined => {
  const [first, second, ...others] = host.split('.');
  if (others.length > 0 && isCountry(first)) return ['{}', second, ...others].join('.');
  return others.length > 1 && isCountry(second) ? [first, '{}', ...others].join('.') : undefined;
};

/**
 * The forms under which a search engine's host may stand on Matomo's list, exact ones first: as it is, without `www.`,
 * `search.` or `m.`, with `{}` for the country at its end (`google.{}`) or before (`{}.bing.com`).
 */
export const lossyHosts = (host: string): string[] => {
  const forms: string[] = [];
  for (const base of new Set([host, withoutPrefix(host)])) {
    forms.push(base);
    const end = withCountryEnd(base);
    if (end !== undefined) forms.push(end);
    const before = withCountryBefore(base);
    if (before !== undefined) forms.push(before);
  }
  return forms;
};
