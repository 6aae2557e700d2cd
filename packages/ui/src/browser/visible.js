/** Controls, text direction marks, zero-width signs, line separators, halves of signs, and letters of Korean that fill a place. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu;

/** @param {string} sign */
const escaped = (sign) => {
  const code = /** @type {number} */ (sign.codePointAt(0)).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
};

/**
 * Text in which nothing hides: what cannot be seen, or turns the text around it, stands there as `\u202e`.
 * @param {string} text
 */
export const visible = (text) => text.replace(INVISIBLE, escaped);

/**
 * The same for indented JSON, whose line ends are ours.
 * @param {unknown} value
 */
export const visibleJson = (value) => JSON.stringify(value, null, 2).split('\n').map(visible).join('\n');
