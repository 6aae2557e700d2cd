import { createKeyedHash, HEARTBEAT, SITE_PATTERN } from '@pushtech/event';
import { type Draft, drop, type Step } from '../draft.ts';
import { withoutWww } from '../split-url.ts';

export interface VisitorRules {
  secretKey: string;
  /** Sites whose events are kept; empty = all. */
  sites: readonly string[];
}

const DAY = 86_400_000;
const ID_LENGTH = 16;
const CACHE_SIZE = 20_000;
const SEPARATOR = '\x1f';

/** HMAC-SHA-256 of the parts, remembered: one visitor sends many events. */
const createSigner = (secretKey: string) => {
  const known = new Map<string, string>();
  const keyed = createKeyedHash(secretKey);
  return (text: string): string => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const id = keyed(text).slice(0, ID_LENGTH);
    if (known.size >= CACHE_SIZE) known.clear();
    known.set(text, id);
    return id;
  };
};

/** The UTC day, `2015-05-17`, remembered: most events are of today. */
let lastDay = Number.NaN;
let lastDayText = '';

const dayOf = (time: number): string => {
  const day = Math.floor(time / DAY);
  if (day !== lastDay) {
    lastDayText = new Date(day * DAY).toISOString().slice(0, 10);
    lastDay = day;
  }
  return lastDayText;
};

/** A site's label by its page's host: without `www.` and brackets. What cannot be a label gives none. */
const siteOfHost = (host: string | undefined): string | undefined => {
  if (!host) return undefined;
  const label = host.startsWith('[') ? host.slice(1, -1) : withoutWww(host);
  return SITE_PATTERN.test(label) ? label : undefined;
};

const isAnonymous = ({ hit, item }: Draft): boolean =>
  hit.gpc === true || hit.dnt === true || item.consent === false;

/**
 * visitor: who it was, for one day and one site, as far as the sender lets us know, in which session, on which site.
 * `vid` counts where it is sent; else the identifier is made of day, site, full address and agent, so that every copy of
 * the enricher finds the same one and nobody can go back from it to the address.
 */
export const tellVisitor = ({ secretKey, sites }: VisitorRules): Step => {
  const allowed = sites.length > 0 ? new Set(sites) : undefined;
  const sign = createSigner(secretKey);
  return {
    name: 'visitor',
    run(draft) {
      const { item, event, ip, agent = '' } = draft;
      const site = item.site ?? siteOfHost(event.page?.host);
      event.site = site;
      const isAllowed = !allowed || (site !== undefined && allowed.has(site)) || draft.hit.run === HEARTBEAT;
      if (!isAllowed) {
        return drop('site', `${site ?? 'no site'} is not among SITES`);
      }
      if (isAnonymous(draft)) {
        event.anonymous = true;
        return undefined;
      }
      event.session = item.sid;
      event.visitor = item.vid;
      if (item.vid === undefined && ip !== undefined) {
        event.visitor = sign([dayOf(draft.occurredAt), site ?? '', ip, agent].join(SEPARATOR));
      }
      return undefined;
    },
  };
};
