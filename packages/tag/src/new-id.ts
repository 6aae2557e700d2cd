let last = 0;

/**
 * A UUIDv7 (RFC 9562 §5.7) made in the page, so that an event that is sent twice is recognised. Ids of one page rise.
 * @param now epoch ms
 */
export const newId = (now: number): string => {
  last = Math.max(last + 1, now);
  const time = last.toString(16).padStart(12, '0');
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const random = [...bytes].map((byte) => (byte + 256).toString(16).slice(1)).join('');
  const variant = '89ab'[(bytes[9] as number) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(3, 6)}-${random.slice(6, 18)}`;
};

/** Epoch ms that an id was made at. */
export const timeOf = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
