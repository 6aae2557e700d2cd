import { listen } from './safely.ts';

const FILES =
  /\.(7z|avi|csv|dmg|docx?|epub|exe|gz|iso|mov|mp[34]|od[pst]|pdf|pptx?|rar|tar|tgz|wav|xlsx?|zip)$/i;
const NAME = 'data-t';

export type Track = (type: string, properties: Record<string, unknown>) => void;

/** `data-t="signup" data-t-plan="pro"`: the event that an element stands for. */
const trackMarked = (element: Element, track: Track): void => {
  const properties = [...element.attributes]
    .filter(({ name }) => name.startsWith(`${NAME}-`))
    .map(({ name, value }) => [name.slice(NAME.length + 1), value]);
  track(element.getAttribute(NAME) as string, Object.fromEntries(properties));
};

/** Elements from the one that was hit outwards, also through shadow roots. */
const pathOf = (event: Event): Element[] =>
  event.composedPath().filter((target): target is Element => target instanceof Element);

/** Events that elements are marked with: on click, of forms when they are sent. */
export const followMarks = (track: Track): void =>
  listen(document, 'click submit', (event) => {
    const isMarked = (element: Element): boolean =>
      element.hasAttribute(NAME) && (element.tagName === 'FORM') === (event.type === 'submit');
    const marked = pathOf(event).find(isMarked);
    if (marked) trackMarked(marked, track);
  });

const withoutWww = (host: string): string => host.replace(/^www\./, '');

const trackLink = (link: HTMLAnchorElement, track: Track): void => {
  if (!/^https?:$/.test(link.protocol)) return;
  const properties = { target: link.href.split('#')[0] };
  if (link.hasAttribute('download') || FILES.test(link.pathname)) track('download', properties);
  else if (withoutWww(link.host) !== withoutWww(location.host)) track('outbound', properties);
};

/** Links that lead to other sites, and to files; also when they are opened in another tab. */
export const followLinks = (track: Track): void =>
  listen<MouseEvent>(document, 'click auxclick', (event) => {
    if (event.type === 'auxclick' && event.button !== 1) return;
    const link = pathOf(event).find((element) => element.matches('a[href],area[href]'));
    if (link) trackLink(link as HTMLAnchorElement, track);
  });
