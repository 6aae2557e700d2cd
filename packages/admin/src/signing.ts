import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type Key = Buffer;

/** A key of its own for each purpose, so that nothing signed for one is good for another. */
export const deriveKey = (secretKey: string, purpose: string): Key =>
  createHmac('sha256', secretKey).update(purpose).digest();

/** HMAC-SHA-256 as base64url. */
export const sign = (key: Key, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in a time that tells nothing about either text, not even its length. */
export const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** `<base64url of the JSON>.<signature>`: readable by everyone, made by us only. */
export const seal = (key: Key, facts: object): string => {
  const payload = Buffer.from(JSON.stringify(facts)).toString('base64url');
  return `${payload}.${sign(key, payload)}`;
};

/** What was sealed with this key; `undefined` for anything else. */
export const unseal = (key: Key, sealed: string): unknown => {
  const dot = sealed.indexOf('.');
  if (dot < 1 || sealed.length > 2048) return undefined;
  const payload = sealed.slice(0, dot);
  if (!sameText(sealed.slice(dot + 1), sign(key, payload))) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    return undefined;
  }
};
