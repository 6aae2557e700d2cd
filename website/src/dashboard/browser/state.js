// What is shown is what the address says. Going back and forward works by itself.

/** In the order they stand in the address. */
const names = [
  'data',
  'range',
  'from',
  'to',
  'tz',
  'site',
  'type',
  'bots',
  'compare',
  'metric',
  'tables',
  'open',
  'value',
  'goal',
];

/** @typedef {Record<string, string | undefined>} State */

/** @returns {State} */
export const readState = () => {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(names.flatMap((name) => (query.has(name) ? [[name, query.get(name)]] : [])));
};

/** @param {State} state */
export const queryOf = (state) =>
  new URLSearchParams(names.flatMap((name) => (state[name] === undefined ? [] : [[name, state[name]]])));

/** The state with something changed; `undefined` takes a name away. @param {State} patch */
export const changed = (patch) => ({ ...readState(), ...patch });

/** The address of a state. @param {State} state */
export const addressOf = (state) => {
  const query = queryOf(state).toString();
  return query ? `?${query}` : location.pathname;
};

/** @param {State} patch @param {boolean} [quiet] without a step that "back" returns to */
export const go = (patch, quiet = false) => {
  const address = addressOf(changed(patch));
  if (quiet) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
};
