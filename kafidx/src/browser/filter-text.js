/** The grammar of the filter's text: words `name:value`, values in a list with commas, quoted where they hold spaces. */

export const filterNames = ['type', 'site', 'country', 'path', 'id', 'bots', 'dead'];

const VALUES = 20;
/** The same rules as the server's `filter.ts`, by test. @type {Record<string, (value: string) => boolean>} */
const rules = {
  type: (value) => /^[\w.:-]{1,64}$/.test(value),
  site: (value) => /^[\w.:-]{1,253}$/.test(value),
  country: (value) => /^[a-z]{2}$/i.test(value),
  path: (value) => value.length <= 1024,
  id: (value) => /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/i.test(value),
};

/**
 * One word of the text. `start` and `end` are its place; `open`: a quotation mark is not closed.
 * @typedef {{ start: number, end: number, name: string | undefined, value: string, text: string, open: boolean }} Word
 * @typedef {{ code: string, word: string }} FilterProblem
 */

/** @param {string} text @returns {Word[]} */
export const readWords = (text) => {
  /** @type {Word[]} */
  const words = [];
  const pattern = /(?:"[^"]*"?|[^\s"])+/g;
  for (const { 0: raw, index } of text.matchAll(pattern)) {
    const colon = raw.indexOf(':');
    const open = (raw.match(/"/g) ?? []).length % 2 === 1;
    const name = colon > 0 ? raw.slice(0, colon) : undefined;
    const value = (colon > 0 ? raw.slice(colon + 1) : raw).replaceAll('"', '');
    words.push({ start: index, end: index + raw.length, name, value, text: raw, open });
  }
  return words;
};

/** @param {string} name @param {string[]} values @returns {FilterProblem | undefined} */
const problemOf = (name, values) => {
  if (values.length === 0) return { code: 'empty', word: `${name}:` };
  if (values.length > VALUES) return { code: 'tooMany', word: name };
  if (name === 'bots' || name === 'dead') {
    const wrong =
      values.length > 1 ? values.join(',') : values.find((value) => value !== '0' && value !== '1');
    return wrong === undefined ? undefined : { code: 'flag', word: wrong };
  }
  const wrong = values.find((value) => !rules[name]?.(value));
  return wrong === undefined ? undefined : { code: name, word: wrong };
};

/**
 * Reads the text. A name that stands twice adds its values up. What cannot be understood is left out and told.
 * @param {string} text
 * @returns {{ filter: Record<string, string>, problems: FilterProblem[] }} filter as the stream's query takes it
 */
export const readFilterText = (text) => {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  /** @type {FilterProblem[]} */
  const problems = [];
  for (const word of readWords(text)) {
    if (word.open) problems.push({ code: 'quote', word: word.text });
    else if (word.name === undefined) problems.push({ code: 'noName', word: word.value });
    else if (!filterNames.includes(word.name)) problems.push({ code: 'unknown', word: word.name });
    else {
      const values = word.value
        .split(',')
        .map((value) => value.trim())
        .filter(Boolean);
      found.set(word.name, [...new Set([...(found.get(word.name) ?? []), ...values])]);
    }
  }
  /** @type {Record<string, string>} */
  const filter = {};
  for (const [name, values] of found) {
    const problem = problemOf(name, values);
    if (problem) problems.push(problem);
    else if (!(values[0] === '1' && (name === 'bots' || name === 'dead'))) filter[name] = values.join(',');
  }
  return { filter, problems };
};

/** @param {string} value */
export const quoted = (value) => (/\s/.test(value) ? `"${value}"` : value);

/** The text of a filter. @param {Record<string, string>} filter */
export const filterText = (filter) =>
  filterNames
    .filter((name) => (filter[name] ?? '') !== '')
    .map((name) => `${name}:${quoted(filter[name] ?? '')}`)
    .join(' ');
