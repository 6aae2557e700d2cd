import { lossyHosts } from './lossy-host.ts';
import type { UrlParts } from './split-url.ts';

/** Matomo's `SearchEngines.yml`: several definitions to a name. */
export type SearchEngineDefinitions = Record<string, SearchEngineDefinition[]>;

export interface SearchEngineDefinition {
  urls: string[];
  params?: string[];
  charsets?: string[];
  /** Addresses of the engine that show no keyword but are searches all the same. */
  hiddenkeyword?: string[];
}

/** A parameter's name, or a pattern on the address whose first group is the keyword. */
type Param = string | RegExp;

interface Engine {
  source: string;
  params: Param[];
  charsets: string[];
  hidden: (string | RegExp)[];
}

export interface FoundSearch {
  source: string;
  term?: string;
}

const TERM_LENGTH = 1024;
/** Patterns look at this much of an address: enough for any, short enough for all. */
const PATTERN_LENGTH = 2048;

/** The lists write patterns as PCRE between slashes. */
const readPattern = (text: string): string | RegExp =>
  text.length > 1 && text.startsWith('/') && text.endsWith('/') ? new RegExp(text.slice(1, -1)) : text;

const toEngine = (source: string, definition: SearchEngineDefinition): Engine => ({
  source,
  params: (definition.params ?? []).map(readPattern),
  charsets: definition.charsets ?? [],
  hidden: (definition.hiddenkeyword ?? []).map(readPattern),
});

const indexEngines = (definitions: SearchEngineDefinitions): Map<string, Engine> => {
  const byUrl = new Map<string, Engine>();
  for (const [source, list] of Object.entries(definitions)) {
    for (const definition of list) {
      const engine = toEngine(source, definition);
      for (const url of definition.urls) if (!byUrl.has(url)) byUrl.set(url, engine);
    }
  }
  return byUrl;
};

const bytesOf = (raw: string): Buffer =>
  Buffer.from(
    raw
      .replaceAll('+', ' ')
      .replace(/%([0-9a-f]{2})|[^\x20-\x7e]+/gi, (part, hex?: string) =>
        hex ? String.fromCharCode(Number.parseInt(hex, 16)) : Buffer.from(part).toString('latin1'),
      ),
    'latin1',
  );

const decodeBytes = (bytes: Buffer, charset: string): string | undefined => {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Keywords are UTF-8, or else in the engine's own charset. */
const decodeTerm = (raw: string, charsets: readonly string[]): string => {
  const cut = raw.slice(0, TERM_LENGTH * 3);
  if (!/[%+]|[^\x20-\x7e]/.test(cut)) return cut.trim();
  const bytes = bytesOf(cut);
  for (const charset of ['utf-8', ...charsets]) {
    const text = decodeBytes(bytes, charset);
    if (text !== undefined) return text.trim();
  }
  return bytes.toString().trim();
};

const rawParam = (query: string, name: string): string | undefined => {
  for (let at = query.indexOf(`${name}=`); at >= 0; at = query.indexOf(`${name}=`, at + 1)) {
    if (at > 0 && query[at - 1] !== '&') continue;
    const start = at + name.length + 1;
    const end = query.indexOf('&', start);
    const value = end < 0 ? query.slice(start) : query.slice(start, end);
    if (value !== '') return value;
  }
  return undefined;
};

const targetOf = ({ path, query, fragment }: UrlParts): string =>
  (path + (query && `?${query}`) + (fragment && `#${fragment}`)).slice(0, PATTERN_LENGTH);

const readTerm = (engine: Engine, parts: UrlParts): string | undefined => {
  // Some engines keep the question behind the `#`.
  const query = parts.fragment === '' ? parts.query : `${parts.query}&${parts.fragment}`;
  for (const param of engine.params) {
    const raw = typeof param === 'string' ? rawParam(query, param) : param.exec(targetOf(parts))?.[1];
    const term = raw && decodeTerm(raw, engine.charsets).slice(0, TERM_LENGTH);
    if (term) return term;
  }
  return undefined;
};

const isHidden = (engine: Engine, parts: UrlParts): boolean => {
  if (engine.hidden.length === 0) return false;
  const target = targetOf(parts);
  return engine.hidden.some((hidden) =>
    typeof hidden === 'string' ? hidden === target : hidden.test(target),
  );
};

/** Hosts of many names that the lists know under one. */
const familyHost = ({ host, path, query }: UrlParts): string | undefined => {
  if (query.startsWith('cx=partner-pub-')) return 'google.com/cse';
  if (path.startsWith('/pemonitorhosted/ws/results/')) return 'wsdsold.infospace.com';
  if (host.endsWith('.images.search.yahoo.com')) return 'images.search.yahoo.com';
  if (host.endsWith('.search.yahoo.com')) return 'search.yahoo.com';
  return undefined;
};

/**
 * Recognises search engines as Matomo does (`{}` in a host stands for a country, a path makes an entry narrower): an
 * address is a search if a keyword is in it, or if the engine is known to hide it there. Otherwise it is one of the
 * engine's other pages, and no search.
 */
export const createSearchEngines = (definitions: SearchEngineDefinitions) => {
  const byUrl = indexEngines(definitions);

  const findEngine = (parts: UrlParts): Engine | undefined => {
    const hosts = lossyHosts(parts.host);
    for (const host of hosts) {
      const engine = byUrl.get(host + parts.path);
      if (engine) return engine;
    }
    for (const host of hosts) {
      const engine = byUrl.get(host);
      if (engine) return engine;
    }
    const family = familyHost(parts);
    return family === undefined ? undefined : byUrl.get(family);
  };

  return (parts: UrlParts): FoundSearch | undefined => {
    const engine = findEngine(parts);
    if (!engine) return undefined;
    const term = readTerm(engine, parts);
    if (term !== undefined) return { source: engine.source, term };
    return isHidden(engine, parts) ? { source: engine.source } : undefined;
  };
};
