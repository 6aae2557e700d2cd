import { decodeQueryPart } from '@pushtech/event';

/** Names of parameters whose values give access to something, or name a person. */
const SECRET_NAME =
  /(?:^|[._[-])(?:pass(?:word|wd|phrase|code)?|pwd|token|secret|code|auth(?:orization|enticity)?|api_?key|key|credentials?|sig(?:nature)?|jwt|sid|session(?:_?id)?|phpsessid|jsessionid|otp|pin|e?-?mail|ssn|iban|card(?:number)?|cvv)(?:$|[\].])|(?:token|password|passwd|secret|sessionid|apikey)$|_(?:key|token|code|auth|hash)$/i;

const EMAIL = /[^\s@&=]+(?:@|%40)[^\s@&=]+\.[a-z]{2,}/i;

const MASK = '***';

const stripPair = (pair: string): string => {
  const equals = pair.indexOf('=');
  if (equals < 0) return EMAIL.test(pair) ? MASK : pair;
  if (equals === pair.length - 1) return pair;
  const name = pair.slice(0, equals);
  const isSecret = SECRET_NAME.test(decodeQueryPart(name)) || EMAIL.test(pair.slice(equals + 1));
  return isSecret ? `${name}=${MASK}` : pair;
};

const stripPairs = (text: string): string => text.split('&').map(stripPair).join('&');

/** In `#/reset?code=1` the parameters stand behind a mark of their own. */
const stripFragment = (fragment: string): string => {
  const start = fragment.indexOf('?') + 1;
  return fragment.slice(0, start) + stripPairs(fragment.slice(start));
};

/** The user name and password before a host. */
const stripUser = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');

/**
 * A URL without what is nobody's business: values of parameters with telling names, values that look like an e-mail
 * address, in query and fragment, and the user name before the host. Names stay, so that one sees that something was there.
 */
export const stripSecrets = (url: string): string => {
  const plain = url.includes('@') ? stripUser(url) : url;
  const mark = plain.search(/[?#]/);
  if (mark < 0) return plain;
  const hash = plain.indexOf('#', mark);
  const query = hash < 0 ? plain.slice(mark) : plain.slice(mark, hash);
  const fragment = hash < 0 ? '' : plain.slice(hash);
  const shownQuery = query === '' ? '' : `?${stripPairs(query.slice(1))}`;
  const shownFragment =
    fragment.includes('=') || fragment.includes('@') ? `#${stripFragment(fragment.slice(1))}` : fragment;
  return plain.slice(0, mark) + shownQuery + shownFragment;
};
