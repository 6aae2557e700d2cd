import { randomBytes } from 'node:crypto';
import { makeToken } from '@pushtech/admin';
import { secretKeys } from './dotenv-keys.ts';
import type { Values } from './dotenv-text.ts';

const TEN_YEARS = 3650 * 86_400_000;

/** 192 bits in letters, digits, `-` and `_`: nothing that a URL, a shell or Compose would read as its own. */
const random = (): string => randomBytes(24).toString('base64url');

/**
 * A value for every secret that has none; what is there is left out.
 * @param now epoch ms; the token for metrics is good for ten years from then
 */
export const fillSecrets = (given: Values, now: number): Record<string, string> => {
  const missing = secretKeys.filter(({ key }) => !given[key]);
  const filled = Object.fromEntries(missing.map(({ key }) => [key, random()]));
  // It is signed with the key, so a new key wants a new one.
  if (given.METRICS_TOKEN && given.SECRET_KEY) return filled;
  const secretKey = given.SECRET_KEY || filled.SECRET_KEY || '';
  const expires = now + TEN_YEARS;
  const token = makeToken({ secretKey, id: 'prometheus', scopes: ['metrics:read'], expires });
  return { ...filled, METRICS_TOKEN: token };
};
