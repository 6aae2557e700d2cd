import type { Storage } from './storage.ts';

const NAME = 'consent';

/**
 * May visitors be recognised? Their own word, kept for the next page; else what the page asks for as long as nobody has
 * said anything. A browser that asks all sites not to (Global Privacy Control) is obeyed in any case.
 */
export const openConsent = (storage: Storage, byDefault: boolean) => ({
  refused: (): boolean =>
    (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true ||
    (storage.read(NAME) ?? (byDefault ? '1' : '0')) === '0',
  say: (granted: boolean): void => storage.write(NAME, granted ? '1' : '0'),
});
