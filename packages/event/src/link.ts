import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs the target of a click-through link `/r?u=<target>&s=<signature>`: HMAC-SHA-256, 192 bits, base64url. */
export const signTarget = (secretKey: string, target: string): string =>
  createHmac('sha256', secretKey).update(`r\n${target}`).digest('base64url').slice(0, 32);

export const isSignedTarget = (secretKey: string, target: string, signature: string): boolean => {
  const expected = Buffer.from(signTarget(secretKey, target));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
};
