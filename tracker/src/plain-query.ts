/** Up to this many characters no value can be too long, whatever it decodes to. */
const MAX_LENGTH = 1024;

/**
 * Up to 64 pairs: a plain name that is neither reserved (but for url, ref and title, which take any text, site, vid and
 * sid, which are held to their patterns) nor forbidden, and a value without bytes above 0x7e.
 * Names end at `=` or `&`, values at `&`: there is one way to match, so the time is linear.
 */
const PLAIN =
  /^(?:(?:(?!(?:id|at|sent|lat|lng|consent|site|vid|sid|__proto__|constructor|prototype)(?:[=&]|$))[\w.:-]{1,64}(?:=[!-%'-~]*)?|(?:site|vid|sid)=[\w.:-]{1,128})(?:&(?!$)|$)){0,64}$/;

/**
 * True for the common query, of which nothing can be refused: for it, one pass over the text replaces parsing and checking.
 * `false` says nothing: the query then goes the whole way. A test with generated queries holds it to that.
 */
export const isPlainQuery = (query: string): boolean => query.length <= MAX_LENGTH && PLAIN.test(query);
