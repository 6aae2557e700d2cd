import { encodeHitBatch, type Hit, newId } from '@pushtech/event';

const AGENTS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.43 Mobile Safari/537.36',
];

/** As in the real log of the tests: 57 requests of 10 addresses, each new after a while. */
const addressOf = (n: number): string => {
  const address = Math.floor(n / 57) * 10 + ((n * 7) % 10);
  return `${11 + ((address >> 24) & 63)}.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`;
};

const hit = (n: number): Hit => ({
  id: newId(),
  type: 'pageview',
  receivedAt: Date.now(),
  via: 'pixel',
  query: `url=https%3A%2F%2Fshop.example%2Fproducts%2F${n % 200}&title=Shoes&plan=pro`,
  ip: addressOf(n),
  ua: AGENTS[n % AGENTS.length] as string,
  referer: 'https://www.google.com/',
  lang: 'en-US,en;q=0.9',
});

/** What the tracker would put into the buffer for `per` pixels. */
export const hitBody = (first: number, per: number): string => {
  const at = Date.now();
  const header = {
    v: 1 as const,
    batch: newId(),
    at,
    received: [{ minute: at - (at % 60_000), n: per }],
    dropped: [],
  };
  return encodeHitBatch(
    header,
    Array.from({ length: per }, (_, i) => JSON.stringify(hit(first + i))),
  );
};
