import { type Html, html } from '../html.ts';

interface Common {
  name: string;
  label: string;
  value?: string | undefined;
  /** One short sentence below the field. */
  hint?: string | undefined;
  /** What is wrong with the value and what to do; read with the field. */
  error?: string | undefined;
  required?: boolean;
  disabled?: boolean;
}

export interface Field extends Common {
  /** Of `<input>`; `textarea` for several lines. */
  type?: string;
  placeholder?: string;
  autocomplete?: string;
  /** Id of a datalist. */
  list?: string;
  rows?: number;
  inputmode?: string;
  minlength?: number;
  maxlength?: number;
  /** Addresses, names of sites and the like: no capitals, no spelling. */
  exact?: boolean;
}

export interface Option {
  value: string;
  text: string;
}

export interface Select extends Common {
  options: readonly Option[];
}

const attribute = (name: string, value: string | number | boolean | undefined): Html | undefined => {
  if (value === undefined || value === false) return undefined;
  return value === true ? html` ${name}` : html` ${name}="${value}"`;
};

/** What ties hint and error to the control. */
const ties = ({ name, hint, error }: Common): string =>
  [error && `f-${name}-error`, hint && `f-${name}-hint`].filter(Boolean).join(' ');

const commonOf = (common: Common): Html =>
  html` id="f-${common.name}" name="${common.name}"${attribute('required', common.required)}${attribute('disabled', common.disabled)}${attribute('aria-describedby', ties(common) || undefined)}${attribute('aria-invalid', common.error ? 'true' : undefined)}`;

const wrap = (common: Common, control: Html): Html =>
  html`<div class="field"><label for="f-${common.name}">${common.label}</label>${control}${common.error && html`<p class="error" id="f-${common.name}-error">${common.error}</p>`}${common.hint && html`<p class="hint" id="f-${common.name}-hint">${common.hint}</p>`}</div>`;

const details = (given: Field): Html =>
  html`${attribute('placeholder', given.placeholder)}${attribute('autocomplete', given.autocomplete)}${attribute('list', given.list)}${attribute('inputmode', given.inputmode)}${attribute('minlength', given.minlength)}${attribute('maxlength', given.maxlength)}${given.exact && html` autocapitalize="off" spellcheck="false"`}`;

/** A field of a form: label, control, error and hint, tied together. Its id is `f-<name>`. */
export const field = (given: Field): Html => {
  const { type = 'text', value = '', rows = 4 } = given;
  // The line break after <textarea> is dropped by browsers; without it one of the value would be.
  const control =
    type === 'textarea'
      ? html`<textarea rows="${rows}"${commonOf(given)}${details(given)}>\n${value}</textarea>`
      : html`<input type="${type}" value="${value}"${commonOf(given)}${details(given)}>`;
  return wrap(given, control);
};

export const select = (given: Select): Html =>
  wrap(
    given,
    html`<select${commonOf(given)}>${given.options.map(({ value, text }) => html`<option value="${value}"${value === given.value && html` selected`}>${text}</option>`)}</select>`,
  );
