import type { Referrer } from '@pushtech/event';
import type { Step } from '../draft.ts';
import type { ReferrerLists } from '../referrer-lists.ts';
import { splitUrl, withoutWww } from '../split-url.ts';

/**
 * referrer: where the visitor came from, `ref`. The `Referer` header is never it: browsers name there the page that
 * carries the pixel. What was searched for is read here; the rest of the referrer's query is cut off.
 */
export const nameReferrer = (lists: ReferrerLists): Step => ({
  name: 'referrer',
  run({ item, event }) {
    const { ref } = item;
    if (ref === undefined) return undefined;
    const parts = splitUrl(ref);
    if (parts.host === '') return undefined;
    const url = ref.replace(/[?#].*$/s, '');
    const referrer: Referrer = { url, host: parts.host, medium: 'link' };
    if (event.page && withoutWww(event.page.host) === withoutWww(parts.host)) referrer.medium = 'internal';
    else Object.assign(referrer, lists.find(parts));
    event.referrer = referrer;
    return undefined;
  },
});
