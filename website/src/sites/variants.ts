import { snippet } from '@pushtech/tag/snippet';
import type { TagAddress } from '../config.ts';

export interface Variant {
  id: 'script' | 'pixel' | 'module' | 'sender';
  code: string;
}

const inAttribute = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const pixel = (origin: string, site: string, path: string): string =>
  `<img src="${inAttribute(origin + path)}/pageview?site=${inAttribute(encodeURIComponent(site))}" alt="" width="1" height="1" referrerpolicy="no-referrer-when-downgrade">
`;

const module = (origin: string, site: string, path: string): string =>
  `import { createTag } from '@pushtech/tag';

const track = createTag<{ signup: { plan: string } }>({
  to: ${JSON.stringify(origin + path)},
  site: ${JSON.stringify(site)},
});

track('signup', { plan: 'pro' });
`;

const sender = (origin: string, site: string, path: string): string =>
  `import { createSender } from '@pushtech/sender';

const sender = createSender({ url: ${JSON.stringify(origin + path)} });

sender.send({ type: 'order', site: ${JSON.stringify(site)}, properties: { total: 49.9 } });
await sender.close();
`;

/** All ways to send for a site, ready to paste. @param origin where browsers reach the tracker */
export const variantsOf = (origin: string, site: string, { name, path }: TagAddress): Variant[] => [
  { id: 'script', code: snippet({ origin, site, name, path }) },
  { id: 'pixel', code: pixel(origin, site, path) },
  { id: 'module', code: module(origin, site, path) },
  { id: 'sender', code: sender(origin, site, path) },
];
