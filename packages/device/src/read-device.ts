import type { Device } from '@pushtech/event';
import UAParser from 'ua-parser-js';
import type { ToldByHints } from './client-hints.ts';
import { nameBrowser } from './name-browser.ts';

type Named = { name: string; version?: string };

/** ua-parser-js's name of a system, in uap-core's words. */
const systems: Record<string, string> = {
  BlackBerry: 'BlackBerry OS',
  'Chromium OS': 'Chrome OS',
  'Mac OS': 'Mac OS X',
  'RIM Tablet OS': 'BlackBerry Tablet OS',
  Series40: 'Nokia Series 40',
  Symbian: 'Symbian OS',
  android: 'Android',
  linux: 'Linux',
};

const MOBILE_SYSTEMS = new Set([
  'Android',
  'iOS',
  'Windows Phone',
  'BlackBerry OS',
  'Symbian OS',
  'Firefox OS',
]);

/** Families whose agent text is shared by many: here the hinted brand knows better. */
const isGeneric = (name: string | undefined): boolean => name === undefined || name.startsWith('Chrome');

/** ua-parser-js goes by one word; these agents say more. */
const nameSystem = (agent: string, name: string | undefined): string | undefined => {
  if (/\bDarwin\/.{0,100}\b(?:i386|x86_64)\b/.test(agent)) return 'Mac OS X';
  if (name === undefined) return /\bWindows(?:CE)?\b/.test(agent) ? 'Windows' : undefined;
  if (name === 'Mac OS' && /\b(?:iPhone|iPad|iPod)\b/.test(agent)) return 'iOS';
  return systems[name] ?? name;
};

const readSystem = (agent: string, raw: { name?: string; version?: string }): Named | undefined => {
  const name = nameSystem(agent, raw.name);
  if (name === undefined) return undefined;
  return raw.version ? { name, version: raw.version } : { name };
};

/** The model that a reduced agent hides behind `K` is put back, so that maker and kind are recognised by it. */
const withModel = (agent: string, model: string | undefined): string =>
  model ? agent.replace(/(Android [\d.]+); K\)/, (_, android: string) => `${android}; ${model})`) : agent;

const chooseBrowser = (agent: string, parser: UAParser, told: ToldByHints | undefined): Named | undefined => {
  const seen = nameBrowser(agent, parser.getBrowser()) as Named | undefined;
  const hinted = told?.browser;
  if (!hinted || !isGeneric(seen?.name)) return seen;
  return hinted.name === seen?.name ? seen : hinted;
};

const chooseSystem = (agent: string, parser: UAParser, told: ToldByHints | undefined): Named | undefined => {
  const seen = readSystem(agent, parser.getOS());
  const hinted = told?.os;
  if (!hinted) return seen;
  return hinted.version || seen?.name !== hinted.name ? hinted : seen;
};

const isMobile = (
  os: Named | undefined,
  browser: Named | undefined,
  told: ToldByHints | undefined,
): boolean =>
  told?.mobile === true ||
  (os !== undefined && MOBILE_SYSTEMS.has(os.name)) ||
  (browser !== undefined && /\b(?:Mobile|Mini)\b/.test(browser.name));

/** What an agent says of device, system and browser; hints know better where it is reduced. `undefined` = nothing. */
export const readDevice = (text: string, told: ToldByHints | undefined): Device | undefined => {
  const agent = withModel(text, told?.model);
  const parser = new UAParser(agent);
  const { vendor, model, type } = parser.getDevice();
  const os = chooseSystem(agent, parser, told);
  const browser = chooseBrowser(agent, parser, told);
  const kind = type ?? (isMobile(os, browser, told) ? 'mobile' : os && 'desktop');
  const shown = told?.model ?? (model === 'K' ? undefined : model);
  const device: Device = {};
  if (kind) device.kind = kind;
  if (vendor) device.vendor = vendor;
  if (shown) device.model = shown;
  if (os) device.os = Object.freeze(os);
  if (browser) device.browser = Object.freeze(browser);
  return Object.keys(device).length > 0 ? Object.freeze(device) : undefined;
};
