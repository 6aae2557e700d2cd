import type { IncomingMessage } from 'node:http';
import type { ClientHints, Hit } from '@pushtech/event';
import type { ReadAddress } from '@pushtech/service';

/** What a hit says of the request that brought it. */
export type RequestFacts = Pick<Hit, 'ip' | 'ua' | 'hints' | 'referer' | 'lang' | 'gpc' | 'dnt' | 'prefetch'>;

const addHint = (facts: RequestFacts, name: keyof ClientHints, value: string): void => {
  facts.hints ??= {};
  facts.hints[name] = value.replaceAll('"', '').slice(0, 200);
};

const readers: Record<string, (facts: RequestFacts, value: string) => void> = {
  'user-agent': (facts, value) => {
    facts.ua = value.length > 1024 ? value.slice(0, 1024) : value;
  },
  referer: (facts, value) => {
    facts.referer = value;
  },
  'accept-language': (facts, value) => {
    facts.lang = value.length > 128 ? value.slice(0, 128) : value;
  },
  'sec-gpc': (facts, value) => {
    if (value === '1') facts.gpc = true;
  },
  dnt: (facts, value) => {
    if (value === '1') facts.dnt = true;
  },
  'sec-purpose': (facts, value) => {
    if (value.startsWith('prefetch')) facts.prefetch = true;
  },
  'x-moz': (facts, value) => {
    if (value === 'prefetch') facts.prefetch = true;
  },
  'sec-ch-ua': (facts, value) => addHint(facts, 'brands', value),
  'sec-ch-ua-mobile': (facts, value) => addHint(facts, 'mobile', value),
  'sec-ch-ua-platform': (facts, value) => addHint(facts, 'platform', value),
  'sec-ch-ua-platform-version': (facts, value) => addHint(facts, 'platformVersion', value),
  'sec-ch-ua-model': (facts, value) => addHint(facts, 'model', value),
};

/** Most headers are none of ours, and most of those differ in length already. */
const lengths = new Set(Object.keys(readers).map(({ length }) => length));
const mayBeOurs = Array.from({ length: 32 }, (_, length) => lengths.has(length));

const known = new Map<string, ((facts: RequestFacts, value: string) => void) | undefined>();

/** Spellings are few (`User-Agent`, `user-agent`): remembered, so that nothing is lower-cased twice. */
const readerOf = (name: string) => {
  if (known.has(name)) return known.get(name);
  const reader = readers[name.toLowerCase()];
  if (known.size < 500) known.set(name, reader);
  return reader;
};

/** One pass over the raw headers, without the object of all of them that Node would build. */
export const requestFacts = (request: IncomingMessage, readAddress: ReadAddress): RequestFacts => {
  const facts: RequestFacts = {};
  const { address } = readAddress(request);
  if (address) facts.ip = address;
  const { rawHeaders } = request;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (mayBeOurs[name.length] !== true) continue;
    const reader = readerOf(name);
    if (reader) reader(facts, rawHeaders[i + 1] as string);
  }
  return facts;
};
