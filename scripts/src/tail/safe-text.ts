/** Controls (the escape that begins a terminal's commands among them), direction marks, invisible signs, line ends. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const written = (sign: string): string => {
  const code = (sign.codePointAt(0) as number).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
};

/** What a sender wrote, for a terminal: nothing in it moves the cursor, colours, turns or hides. */
export const safeText = (text: string): string => text.replace(UNSAFE, written);

/** JSON in one line in which the same signs are written as JSON escapes: still the same JSON. */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value).replace(UNSAFE, (sign) =>
    [...Array(sign.length).keys()]
      .map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
