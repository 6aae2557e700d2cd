import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@pushtech/service';
import { createCopy, type Site, type Store } from '@pushtech/store';
import { compileSiteRule, type SiteRule } from './compile-site-rule.ts';

/** How often the store is asked whether an owner changed something, in ms. */
const ASK_MS = 2000;
/** The first hits wait for the rules, but not for a store that is away, in ms. */
const FIRST_MS = 3000;
const WHAT = 'the rules of sites cannot be read';

export interface SiteRulesOptions {
  /** Without one there are no rules. */
  store?: Pick<Store, 'sites'> | undefined;
  record: Logger;
}

/** The rules that owners set on their sites, followed through their changes. */
export interface SiteRules {
  of(site: string | undefined): SiteRule | undefined;
  /** Resolves once they were read, or could not be; after 3 s at the latest. */
  start(): Promise<void>;
  stop(): void;
  /** Why they may be out of date, while that lasts. */
  problem(): string | undefined;
}

const compileAll = (sites: readonly Site[], record: Logger): Map<string, SiteRule> => {
  const rules = new Map<string, SiteRule>();
  for (const site of sites) {
    const rule = compileSiteRule(site, (entry) =>
      record.warn({ site: site.id, entry }, 'A rule of a site cannot be read and is left out.'),
    );
    if (rule) rules.set(site.id, rule);
  }
  return rules;
};

/** While the store is away the last rules count: events flow on, and nothing waits. */
export const createSiteRules = ({ store, record }: SiteRulesOptions): SiteRules => {
  const stopping = new AbortController();
  const rules =
    store &&
    createCopy<Site, ReadonlyMap<string, SiteRule>>(
      store.sites,
      (sites) => compileAll(sites, record),
      new Map(),
    );
  let problem: string | undefined;

  const attempt = async (): Promise<void> => {
    try {
      await rules?.refresh();
      if (problem !== undefined) record.info(`${WHAT}: over.`);
      problem = undefined;
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (problem === undefined) record.warn({ err: error }, `${WHAT}; the last ones count.`);
      problem = `${WHAT}: ${(error as Error).message}`;
    }
  };

  const follow = async (first: Promise<void>): Promise<void> => {
    await first;
    while (!stopping.signal.aborted) {
      await sleep(ASK_MS, undefined, { signal: stopping.signal }).catch(() => {});
      if (!stopping.signal.aborted) await attempt();
    }
  };

  return {
    of: (site) => (site === undefined ? undefined : rules?.get().get(site)),
    async start() {
      if (!rules) return;
      const first = attempt();
      void follow(first);
      await Promise.race([first, sleep(FIRST_MS, undefined, { ref: false })]);
    },
    stop: () => stopping.abort(),
    problem: () => problem,
  };
};
