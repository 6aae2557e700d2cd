import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { recount } from './recount.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

test('the real log holds what the acceptance says', () => {
  const result = recount({
    log: fixture('apache_combined_10000.log.gz'),
    map: fixture('replay_ip_map.tsv'),
    city: fixture('GeoLite2-City-Test.mmdb'),
    secretKey: 'a key of at least thirty-two characters',
  });
  expect(result).toMatchObject({
    lines: 10_000,
    kept: 9999,
    malformed: [8899],
    addresses: 1753,
    located: 9172,
  });
  for (const dimension of ['hour', 'country', 'city', 'referrer', 'path', 'status', 'method'] as const) {
    const { counts, unknown } = result[dimension];
    expect(
      Object.values(counts).reduce((a, b) => a + b, unknown),
      dimension,
    ).toBe(9999);
  }
  expect(result.visitors).toBe(Object.values(result.visitorsByDay).reduce((a, b) => a + b, 0));
});
