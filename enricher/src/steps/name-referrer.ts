import type { Referrer } from '@pushtech/event';
import type { Step } from '../draft.ts';
import type { ReferrerLists } from '../referrer-lists.ts';
import { splitUrl, withoutWww } from '../split-url.ts';

/** Referrers remembered: most visitors come from few pages. Longer ones are mostly met once. */
const CACHE_SIZE = 5000;
const CACHED_LENGTH = 300;

const read = (ref: string, lists: ReferrerLists): Referrer | undefined => {
  const parts = splitUrl(ref);
  if (parts.host === '') return undefined;
  const end = ref.search(/[?#]/);
  const url = end < 0 ? ref : ref.slice(0, end);
  return { url, host: parts.host, medium: 'link', ...lists.find(parts) };
};

const createReader = (lists: ReferrerLists) => {
  const known = new Map<string, Referrer | undefined>();
  return (ref: string): Referrer | undefined => {
    if (ref.length > CACHED_LENGTH) return read(ref, lists);
    if (known.has(ref)) return known.get(ref);
    const referrer = Object.freeze(read(ref, lists));
    if (known.size >= CACHE_SIZE) known.clear();
    known.set(ref, referrer);
    return referrer;
  };
};

/**
 * referrer: where the visitor came from, `ref`. The `Referer` header is never it: browsers name there the page that
 * carries the pixel. What was searched for is read here; the rest of the referrer's query is cut off.
 */
export const nameReferrer = (lists: ReferrerLists): Step => {
  const readReferrer = createReader(lists);
  return {
    name: 'referrer',
    run({ item, event }) {
      const referrer = item.ref === undefined ? undefined : readReferrer(item.ref);
      if (!referrer) return undefined;
      const { url, host } = referrer;
      const isInternal = event.page !== undefined && withoutWww(event.page.host) === withoutWww(host);
      event.referrer = isInternal ? { url, host, medium: 'internal' } : referrer;
      return undefined;
    },
  };
};
