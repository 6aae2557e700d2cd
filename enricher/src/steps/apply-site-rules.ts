import { HEARTBEAT } from '@pushtech/event';
import type { SiteRule } from '../compile-site-rule.ts';
import { type Draft, drop, type Step, type Verdict } from '../draft.ts';
import type { SiteRules } from '../site-rules.ts';
import { splitUrl } from '../split-url.ts';
import { headerText } from './read-page.ts';

/** Of the page that sent the hit: what the browser says counts before what the script says. */
const senderHost = ({ referer, event }: Draft): string =>
  (referer && splitUrl(headerText(referer)).host) || event.page?.host || '';

const judge = (rule: SiteRule, draft: Draft): Verdict | undefined => {
  const { event, hit, ip } = draft;
  // An import comes from no page, but from whoever has the token.
  const host = rule.allowsHost && hit.via !== 'import' ? senderHost(draft) : '';
  if (host !== '' && !rule.allowsHost?.(host)) {
    return drop('origin', `${host} may not send for ${event.site}`);
  }
  if (ip !== undefined && rule.excludesAddress?.(ip)) {
    return drop('address', `hits from this address are left out on ${event.site}`);
  }
  if (event.page && rule.excludesPath?.(event.page.path)) {
    return drop('path', `${event.page.path} is left out on ${event.site}`);
  }
  return undefined;
};

/** rules: drops what the site's owner wants left out: pages of other hosts, addresses, paths. */
export const applySiteRules = (rules: Pick<SiteRules, 'of'>): Step => ({
  name: 'rules',
  run(draft) {
    const rule = rules.of(draft.event.site);
    if (rule === undefined || draft.hit.run === HEARTBEAT) return undefined;
    return judge(rule, draft);
  },
});
