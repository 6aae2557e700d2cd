import { safely } from './safely.ts';

/** As the tracker has it: bytes of a value, characters of a name, names. */
const MOST_BYTES = 1024;
const MOST_NAME = 64;
const MOST_NAMES = 64;
const MOST_JSON = 4096;

/** At most so many bytes of UTF-8, without half a character at the end. */
export const cut = (text: string): string =>
  text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(MOST_BYTES)).read);

/** What JSON can say, at a size that a tracker takes: texts are cut, what runs in circles becomes text. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'string') return cut(value);
  const json = safely(() => JSON.stringify(value))();
  // Of what JSON has no word for (a function, a big number, a circle) the tracker gets the name.
  if (json === undefined) return value === undefined ? value : cut(String(value));
  return json.length > MOST_JSON ? cut(json) : JSON.parse(json);
};

/** Properties that can be sent, whatever the page has handed in. */
export const cleanProperties = (given: object): Record<string, unknown> => {
  const names = Object.keys(given).slice(0, MOST_NAMES);
  const pairs = names.map((name) => [
    name.slice(0, MOST_NAME),
    safely(() => plain((given as Record<string, unknown>)[name]))(),
  ]);
  return Object.fromEntries(pairs);
};
