/** One content security policy: directive → its sources, as written but for the directive's case. */
export type Policy = ReadonlyMap<string, readonly string[]>;

const parseOne = (text: string): Policy => {
  const policy = new Map<string, string[]>();
  for (const part of text.split(';')) {
    const [name = '', ...sources] = part.trim().split(/\s+/);
    const key = name.toLowerCase();
    // The first of two directives with one name counts (CSP3 §2.2.1).
    if (key !== '' && !policy.has(key)) policy.set(key, sources);
  }
  return policy;
};

/** A header may hold several policies with commas between; each of them must allow a thing. */
export const parsePolicies = (text: string): Policy[] =>
  text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(parseOne);

const fallbacks = {
  script: ['script-src-elem', 'script-src', 'default-src'],
  connect: ['connect-src', 'default-src'],
  img: ['img-src', 'default-src'],
} as const;

export type Loads = keyof typeof fallbacks;

const HOST_SOURCE = /^(?:([a-z][\w+.-]*):\/\/)?(\*|(?:\*\.)?[\w.-]+|\[[\da-f:]+\])(?::(\*|\d+))?(\/.*)?$/i;
const ports: Record<string, string> = { 'http:': '80', 'https:': '443' };

/** `http:` also lets `https:` pass (CSP3 §6.7.2.8). */
const schemeMatches = (wanted: string, { protocol }: URL): boolean =>
  protocol === `${wanted}:` || (wanted === 'http' && protocol === 'https:');

const hostMatches = (wanted: string, { hostname }: URL): boolean => {
  const host = wanted.toLowerCase();
  if (host === '*') return true;
  return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : host === hostname;
};

const pathMatches = (wanted: string | undefined, { pathname }: URL): boolean => {
  if (wanted === undefined || wanted === '/') return true;
  return wanted.endsWith('/') ? pathname.startsWith(wanted) : pathname === wanted;
};

const sourceMatches = (source: string, url: URL, page: URL): boolean => {
  if (source === '*') return /^https?:$/.test(url.protocol) || url.protocol === page.protocol;
  if (source.toLowerCase() === "'self'") return url.origin === page.origin;
  if (/^[a-z][\w+.-]*:$/i.test(source)) return schemeMatches(source.slice(0, -1).toLowerCase(), url);
  const [, scheme, host = '', port, path] = HOST_SOURCE.exec(source) ?? [];
  if (host === '') return false;
  if (!schemeMatches((scheme ?? page.protocol.slice(0, -1)).toLowerCase(), url)) return false;
  const actual = url.port || (ports[url.protocol] ?? '');
  const portOk = port === '*' || actual === (port ?? ports[url.protocol]);
  return portOk && hostMatches(host, url) && pathMatches(path, url);
};

export interface Load {
  loads: Loads;
  url: URL;
  /** The page that loads it. */
  page: URL;
  /** The script element's own nonce. */
  nonce?: string | undefined;
}

/** The directive that stands in the way; `undefined` when the policy lets it pass. After CSP level 3, §6.7. */
export const blockedBy = (policy: Policy, { loads, url, page, nonce }: Load): string | undefined => {
  const directive = fallbacks[loads].find((name) => policy.has(name));
  if (directive === undefined) return undefined;
  const sources = policy.get(directive) as readonly string[];
  if (loads === 'script') {
    if (nonce && sources.includes(`'nonce-${nonce}'`)) return undefined;
    // Then hosts and schemes count for nothing.
    if (sources.some((source) => source.toLowerCase() === "'strict-dynamic'")) return directive;
  }
  return sources.some((source) => sourceMatches(source, url, page)) ? undefined : directive;
};
