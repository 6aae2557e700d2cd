// What senders sent is shown as text; signs that hide or turn text are written as what they are.
const HIDING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu;

/** @param {string} text */
export const visible = (text) =>
  text.replace(HIDING, (sign) => {
    const code = sign.codePointAt(0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
