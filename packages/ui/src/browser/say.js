/**
 * A text with its blanks filled: `say(words.skipped, { n: 5 }, 'de')`. Of `{one, other}` the form is chosen by `n`;
 * numbers are written as the language does. `xx` is English in brackets.
 * @param {string | { one: string, other: string }} text
 * @param {Record<string, string | number>} [values]
 * @param {string} [lang]
 * @returns {string}
 */
export const say = (text, values = {}, lang = 'en') => {
  const locale = lang === 'xx' ? 'en' : lang;
  const form = () => (new Intl.PluralRules(locale).select(Number(values.n)) === 'one' ? 'one' : 'other');
  const chosen = typeof text === 'string' ? text : text[form()];
  return chosen.replace(/\{(\w+)\}/g, (blank, name) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return typeof value === 'number' ? value.toLocaleString(locale) : (value ?? blank);
  });
};
