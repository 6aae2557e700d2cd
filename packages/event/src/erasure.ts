import { createKeyedHash } from './keyed-hash.ts';
import { limits } from './limits.ts';
import { decodeQueryPart, parseQuery } from './query.ts';

/** Parts it from what else is made with the same key. */
const PURPOSE = 'erased\x1f';

/** How topic `erased` names a visitor: who has the id and the key finds it again, nobody else does. */
export const createErasureKey = (secretKey: string): ((visitor: string) => string) => {
  const keyed = createKeyedHash(secretKey);
  return (visitor) => keyed(PURPOSE + visitor);
};

const MEMBER = /"(vid|visitor|query)"\s*:\s*"((?:[^"\\]|\\.)*)"/g;
const PARAMETER = /(?:^|[?&\s"'])vid=([^&\s"'#\\]*)/g;

const unquoted = (text: string): string => {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
};

const ofQuery = (query: string): string[] => {
  const parsed = parseQuery(query, limits);
  return parsed.ok && parsed.params.vid !== undefined ? [parsed.params.vid] : [];
};

/**
 * What may be the visitor's id in a text that nobody could read as a hit: members `vid` and `visitor`, and parameters `vid`
 * of queries, also of hits in the middle of it. Never throws.
 */
export const visitorsIn = (text: string): string[] => {
  const found = new Set<string>();
  for (const [, name, value = ''] of text.matchAll(MEMBER)) {
    for (const id of name === 'query' ? ofQuery(unquoted(value)) : [unquoted(value)]) found.add(id);
  }
  for (const [, value = ''] of text.matchAll(PARAMETER)) found.add(decodeQueryPart(value));
  found.delete('');
  return [...found];
};
