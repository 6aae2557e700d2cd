import { followLinks, followMarks } from './clicks.ts';
import { openConsent } from './consent.ts';
import { isOff, readMarker } from './marker.ts';
import { newId } from './new-id.ts';
import { followPageViews } from './page-views.ts';
import { cleanProperties, cut } from './properties.ts';
import { createQueue, LEASE } from './queue.ts';
import { listen, safely } from './safely.ts';
import { openStorage } from './storage.ts';
import { createTransport } from './transport.ts';
import type { Facts, TagOptions } from './types.ts';

const MOST_URL = 8192;

type Properties = Record<string, unknown>;

/** A page that is rendered ahead may never be shown; what happens there happens when it is. */
const whenShown = (act: () => void): boolean => {
  if (!(document as { prerendering?: boolean }).prerendering) return false;
  document.addEventListener('prerenderingchange', safely(act), { once: true });
  return true;
};

/** Two tags on one page, whichever way they came there, count it once. */
const isFirst = (name: string, page = window as unknown as Record<string, boolean>): boolean => {
  const first = !page[name];
  page[name] = true;
  return first;
};

/** Starts a tag on a page. @throws where there is none */
export const startTag = ({ to, site, auto = true, hash = false, consent: byDefault = true }: TagOptions) => {
  const clock = Date.now;
  const storage = openStorage();
  const consent = openConsent(storage, byDefault);
  const queue = createQueue(storage);
  const { flush, leave, wake } = createTransport({ to, queue, refused: consent.refused, clock });

  const enqueue = (type: string, properties: Properties, facts: Facts): string => {
    const now = clock();
    const id = newId(now);
    const refused = consent.refused();
    const { url = location.href, ref, title, ...rest } = facts;
    const item = {
      type,
      id,
      at: now,
      site,
      ...rest,
      url: url.slice(0, MOST_URL),
      ref: ref?.slice(0, MOST_URL),
      title: title && cut(title),
      // A name without a value is not sent.
      ...(refused && { consent: 0, vid: undefined, sid: undefined }),
      properties: cleanProperties(properties),
    };
    queue.put(id, JSON.stringify(item), !refused, now);
    queueMicrotask(flush);
    return id;
  };

  const track = safely((type: string, properties?: Properties | boolean, facts: Facts = {}) => {
    // `pushtech('consent', false)` works before the tag is there, where `pushtech.consent` does not.
    if (type === 'consent' && typeof properties === 'boolean') return say(properties);
    if (isOff(storage) || whenShown(() => track(type, properties, facts))) return undefined;
    return enqueue(`${type}`, (properties as Properties) || {}, facts || {});
  });

  const say = safely((granted: boolean) => {
    consent.say(granted);
    if (consent.refused()) queue.forget(clock());
    return undefined;
  });

  const view = (facts: Facts): unknown => track('pageview', {}, { title: document.title, ...facts });

  /** The page that adds a site to the screens opens it so; it wants to see this very visit, whoever it is. */
  const lookForMarker = (): boolean => {
    const check = readMarker(storage);
    if (check) enqueue('pageview', { check }, { title: document.title, ref: document.referrer });
    return !!check;
  };

  const takeUp = (): void => {
    queue.adopt(clock());
    flush();
  };

  const start = safely(() => {
    if (whenShown(start)) return;
    const checked = safely(lookForMarker)() === true;
    listen(window, 'hashchange', lookForMarker);
    // Before all others: what they still have to say goes the way of a page that leaves.
    listen(window, 'pagehide pageshow', ({ type }) => leave(type === 'pagehide'));
    if (isFirst('pushtech-marks')) followMarks(track);
    if (auto && isFirst('pushtech-views')) {
      followPageViews({ view, everyHash: hash, counted: checked });
      followLinks(track);
    }
    listen(window, 'online', wake);
    // What other tabs are at work on is free some time after they have failed.
    for (const ms of [0, 4000, LEASE + 3000]) setTimeout(takeUp, ms);
  });
  start();

  return Object.assign(track, { consent: say, flush: wake, lost: queue.lost });
};
