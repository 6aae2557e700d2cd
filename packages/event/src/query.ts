export type QueryParse =
  | { ok: true; params: Record<string, string> }
  | { ok: false; error: string; field: string; message: string };

const decodeRun = (run: string): string => {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
};

/** One name or value of a query as text. What is not well-formed percent-encoded UTF-8 stays as it was sent. */
export const decodeQueryPart = (piece: string): string => {
  const text = piece.indexOf('+') < 0 ? piece : piece.replaceAll('+', ' ');
  if (text.indexOf('%') < 0) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, decodeRun);
  }
};

/**
 * Splits the raw query string of a pixel, as Node's parser gives it: latin1 text in which a character from 0x80 on is
 * one byte of UTF-8. The same function for tracker and enricher, so that both see the same names. Never throws.
 * - names are taken literally (`a[b]` is a name), nothing nests; the first of repeated names wins;
 * - `+` is a space; a percent sign that begins no valid UTF-8 sequence stays a percent sign;
 * - more than `limits.params` pairs are refused before anything is decoded further.
 * @returns an object without a prototype, so that any name may be looked up in it
 */
export const parseQuery = (query: string, limits: { params: number }): QueryParse => {
  const params = Object.create(null) as Record<string, string>;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the byte range is what is meant
  const text = /[^\x00-\x7f]/.test(query) ? Buffer.from(query, 'latin1').toString() : query;
  let pairs = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('&', start);
    if (end < 0) end = text.length;
    if (end > start) {
      if (++pairs > limits.params) {
        return { ok: false, error: 'too_many', field: '', message: `at most ${limits.params} parameters` };
      }
      const equals = text.indexOf('=', start);
      const named = equals >= 0 && equals < end;
      const name = decodeQueryPart(text.slice(start, named ? equals : end));
      if (params[name] === undefined)
        params[name] = named ? decodeQueryPart(text.slice(equals + 1, end)) : '';
    }
    start = end + 1;
  }
  return { ok: true, params };
};
