// Asks the server. Of several questions under way only the last one's answer counts.
import { facts } from '@pushtech/ui/browser/facts.js';
import { base } from './context.js';
import { queryOf } from './state.js';

export class Refused extends Error {
  /** @param {number} status @param {{ error?: string, field?: string, message?: string }} said */
  constructor(status, said) {
    super(said.message ?? String(status));
    this.status = status;
    this.field = said.field;
  }
}

const read = async (answer) => {
  if (answer.status === 204) return undefined;
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
};

/** @param {string} path @param {Record<string, string>} [more] */
export const addressFor = (path, state, more = {}) => {
  const query = queryOf(state);
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `${base}/${path}?${query}`;
};

/** Answers JSON; refusals are thrown. */
export const ask = async (path, state, more, signal) =>
  read(await fetch(addressFor(path, state, more), { signal, headers: { accept: 'application/json' } }));

/** Writes, with what proves that this page asks. @param {string} path @param {string} method @param {object} [body] */
export const write = async (path, method, body) => {
  const headers = {
    accept: 'application/json',
    ...(body && { 'content-type': 'application/json' }),
    ...(facts.csrf && { 'x-csrf-token': facts.csrf }),
  };
  return read(await fetch(`/dashboard/${path}`, { method, headers, body: body && JSON.stringify(body) }));
};
