import type { Step } from '../draft.ts';
import { maskAddress } from '../mask-address.ts';
import { stripSecrets } from '../strip-secrets.ts';

/** privacy: after all who need them have seen them, the address is masked and secrets are cut out of URLs. */
export const protectPrivacy: Step = {
  name: 'privacy',
  run({ ip, event }) {
    event.ip = ip === undefined ? undefined : maskAddress(ip);
    const { page, referrer } = event;
    if (page) page.url = stripSecrets(page.url);
    // Its query is gone already; a user name may still be there.
    if (referrer?.url.includes('@')) event.referrer = { ...referrer, url: stripSecrets(referrer.url) };
    return undefined;
  },
};
