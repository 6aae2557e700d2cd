import { readFileSync } from 'node:fs';
import type { Referrer } from '@pushtech/event';
import { createSearchEngines, type SearchEngineDefinitions } from './search-engines.ts';
import type { UrlParts } from './split-url.ts';

export type NamedReferrer = Pick<Referrer, 'medium' | 'source' | 'term'>;

export interface ReferrerLists {
  /** What kind of place the address is; `undefined` when it is on no list. */
  find(parts: UrlParts): NamedReferrer | undefined;
}

type HostLists = Record<string, string[]>;

interface Lists {
  ai: HostLists;
  social: HostLists;
  search: SearchEngineDefinitions;
}

const readLists = (): Lists =>
  JSON.parse(readFileSync(new URL('../data/referrers.json', import.meta.url), 'utf8')) as Lists;

const decodeName = (name: string): string => decodeURIComponent(name);

interface Listed {
  source: string;
  path: string;
}

/** A list of hosts, some with a path: `x.com/i/grok`. Subdomains belong to their domain. */
const createHostList = (lists: HostLists) => {
  const byHost = new Map<string, Listed[]>();
  for (const [source, urls] of Object.entries(lists)) {
    for (const url of urls) {
      const slash = url.indexOf('/');
      const host = slash < 0 ? url : url.slice(0, slash);
      const listed = { source: decodeName(source), path: slash < 0 ? '' : url.slice(slash) };
      byHost.set(host, [...(byHost.get(host) ?? []), listed]);
    }
  }
  return ({ host, path }: UrlParts): string | undefined => {
    for (let at = 0; at >= 0; at = host.indexOf('.', at) + 1 || -1) {
      for (const listed of byHost.get(at === 0 ? host : host.slice(at)) ?? []) {
        if (listed.path === '' || path === listed.path || path.startsWith(`${listed.path}/`))
          return listed.source;
      }
    }
    return undefined;
  };
};

/** Reads Matomo's lists (CC0) from `data/`, once at start. */
export const loadReferrerLists = (): ReferrerLists => {
  const lists = readLists();
  const findAi = createHostList(lists.ai);
  const findSocial = createHostList(lists.social);
  const findSearch = createSearchEngines(lists.search);
  return {
    find(parts) {
      const ai = findAi(parts);
      if (ai !== undefined) return { medium: 'ai', source: ai };
      const search = findSearch(parts);
      if (search) return { medium: 'search', ...search };
      const social = findSocial(parts);
      return social === undefined ? undefined : { medium: 'social', source: social };
    },
  };
};
