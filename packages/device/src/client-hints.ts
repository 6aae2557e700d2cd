import type { ClientHints } from '@pushtech/event';

/** `Sec-CH-UA-*` understood. Names are uap-core's. */
export interface ToldByHints {
  browser?: { name: string; version?: string };
  os?: { name: string; version?: string };
  model?: string;
  mobile?: boolean;
  botReasons?: string[];
}

/** Brands by the name they carry in the header; `Chromium` and invented ones (`Not A;Brand`) say nothing. */
const families: Record<string, { desktop: string; mobile: string }> = {
  'Google Chrome': { desktop: 'Chrome', mobile: 'Chrome Mobile' },
  'Microsoft Edge': { desktop: 'Edge', mobile: 'Edge Mobile' },
  'Android WebView': { desktop: 'Chrome Mobile WebView', mobile: 'Chrome Mobile WebView' },
  Opera: { desktop: 'Opera', mobile: 'Opera Mobile' },
  'Opera GX': { desktop: 'Opera GX', mobile: 'Opera GX' },
  'Samsung Internet': { desktop: 'Samsung Internet', mobile: 'Samsung Internet' },
  Brave: { desktop: 'Brave', mobile: 'Brave' },
  Vivaldi: { desktop: 'Vivaldi', mobile: 'Vivaldi' },
  Yandex: { desktop: 'Yandex Browser', mobile: 'Yandex Browser' },
  YaBrowser: { desktop: 'Yandex Browser', mobile: 'Yandex Browser' },
  DuckDuckGo: { desktop: 'DuckDuckGo', mobile: 'DuckDuckGo Mobile' },
  HeadlessChrome: { desktop: 'HeadlessChrome', mobile: 'HeadlessChrome' },
};

const systems: Record<string, string> = {
  Android: 'Android',
  'Chrome OS': 'Chrome OS',
  'Chromium OS': 'Chrome OS',
  iOS: 'iOS',
  Linux: 'Linux',
  macOS: 'Mac OS X',
  Windows: 'Windows',
};

const unquote = (text: string | undefined): string => (text ?? '').replaceAll('"', '').trim();

const readBrands = (brands: string, mobile: boolean): ToldByHints['browser'] => {
  for (const [, brand = '', version = ''] of brands.matchAll(/([^";,]{1,64})"?;\s?v="?([\d.]{0,32})/g)) {
    const family = Object.hasOwn(families, brand.trim()) ? families[brand.trim()] : undefined;
    if (!family) continue;
    const name = mobile ? family.mobile : family.desktop;
    return version ? { name, version } : { name };
  }
  return undefined;
};

/** Windows counts its hinted versions otherwise than its name: 13 and above is Windows 11 (Microsoft's published table). */
const windowsVersion = (version: string): string => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major >= 13) return '11';
  if (major > 0) return '10';
  return { 1: '7', 2: '8', 3: '8.1' }[minor] ?? '';
};

const readSystem = (platform: string, version: string): ToldByHints['os'] => {
  const name = Object.hasOwn(systems, platform) ? systems[platform] : undefined;
  if (!name) return undefined;
  const known = name === 'Windows' ? windowsVersion(version) : version.replace(/(?:\.0)+$/, '');
  return version && known ? { name, version: known } : { name };
};

/** Reads the client hints; what is absent or not understood is left out. Each is looked at up to 256 characters. */
export const readHints = (hints: ClientHints): ToldByHints => {
  const told: ToldByHints = {};
  if (hints.mobile !== undefined) told.mobile = hints.mobile === '?1';
  const browser = readBrands((hints.brands ?? '').slice(0, 256), told.mobile === true);
  if (browser) told.browser = browser;
  if (browser?.name === 'HeadlessChrome') told.botReasons = ['hints:HeadlessChrome'];
  const os = readSystem(unquote(hints.platform), unquote(hints.platformVersion).slice(0, 32));
  if (os) told.os = os;
  const model = unquote(hints.model).slice(0, 64);
  if (model) told.model = model;
  return told;
};
