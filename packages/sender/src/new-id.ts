import { randomBytes } from 'node:crypto';

/** A UUIDv7 (RFC 9562 §5.7). @param now epoch ms */
export const newId = (now: number): string => {
  const time = now.toString(16).padStart(12, '0');
  const bytes = randomBytes(10);
  bytes[0] = ((bytes[0] as number) & 0x0f) | 0x70;
  bytes[2] = ((bytes[2] as number) & 0x3f) | 0x80;
  const rest = bytes.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`;
};
