import type { Links } from './links.ts';
import type { NavLink } from './page.ts';
import type { Words } from './words/words.ts';

/** The screens of all services, for every page's top bar. */
export const screens = ({ nav }: Words, links: Links): NavLink[] => [
  { href: links('www', '/'), text: nav.start },
  { href: links('www', '/dashboard'), text: nav.dashboard },
  { href: links('www', '/sites'), text: nav.sites },
  { href: links('kafidx', '/kafidx'), text: nav.live },
  { href: links('www', '/auth/people'), text: nav.people },
  { href: links('www', '/documentation'), text: nav.docs },
];
