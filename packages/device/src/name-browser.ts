/** A browser as ua-parser-js sees it. */
export interface RawBrowser {
  name?: string;
  version?: string;
}

type Rule = [family: string, pattern: RegExp];

const APPLE_MOBILE = /\b(?:iPhone|iPad|iPod)\b/;

/**
 * Browsers whose own token says it all, looked for before anything else. The first group is the version. Families carry
 * uap-core's names.
 */
const byToken: readonly Rule[] = [
  ['Chrome Mobile iOS', /\bCriOS\/([\d.]+)/],
  ['Firefox iOS', /\bFxiOS\/([\d.]+)/],
  ['Edge Mobile', /\b(?:EdgiOS|EdgA)\/([\d.]+)/],
  ['Edge Mobile', /\bWindows Phone\b.{0,300}\bEdge\/([\d.]+)/],
  ['Samsung Internet', /\bSamsungBrowser\/([\d.]+)/],
  ['Opera Touch', /\bOPT\/([\d.]+)/],
  ['Opera Coast', /\bCoast\/([\d.]+)/],
  ['Opera Mini', /\b(?:Opera Mini(?:\/att)?|OPiOS)\/([\w.]+)/i],
  ['Opera Tablet', /\bOpera Tablet\b.{0,300}\bVersion\/([\d.]+)/],
  ['Opera Mobile', /\bOpera Mobi\b(?:.{0,300}\bVersion\/([\d.]+))?/],
  ['Opera Neon', /\bMMS\/([\d.]+)$/],
  ['Firefox Focus', /\bFocus\/([\d.]+)/],
  ['Firefox (Minefield)', /\bMinefield\/([\w.]+)/],
  ['Chrome Frame', /\bchromeframe\/([\d.]+)/],
  ['IE Large Screen', /\bMSIE ([\d.]+).{0,300}\bXBLWP7\b/],
  ['IE Mobile', /\bIEMobile[ /]([\d.]+)/],
  ['IE', /\bTrident\/\d.{0,300}\brv:([\d.]+)/],
];

/** ua-parser-js's name, in uap-core's words. */
const inOtherWords: Record<string, string> = {
  'Android Browser': 'Android',
  'Chrome Headless': 'HeadlessChrome',
  'MIUI Browser': 'MiuiBrowser',
  KAKAOTALK: 'KakaoTalk',
  OviBrowser: 'Ovi Browser',
  QQBrowser: 'QQ Browser',
  Silk: 'Amazon Silk',
  UCBrowser: 'UC Browser',
  WeChat: 'WeChat Browser',
  brave: 'Brave',
};

const isMobile = (agent: string): boolean => /\bMobile\b/.test(agent);

const nameChrome = (agent: string): string => {
  if (!agent.includes('Android')) return 'Chrome';
  if (/; wv\)|\bVersion\/\d/.test(agent)) return 'Chrome Mobile WebView';
  return isMobile(agent) ? 'Chrome Mobile' : 'Chrome';
};

const nameSafari = (agent: string): string => (APPLE_MOBILE.test(agent) ? 'Mobile Safari' : 'Safari');

/** The families that have a mobile form of another name. */
const byForm: Record<string, (agent: string) => string> = {
  Chrome: nameChrome,
  'Chrome WebView': nameChrome,
  Safari: nameSafari,
  'Mobile Safari': nameSafari,
  Firefox: (agent) => (/\b(?:Mobile|Tablet)\b;/.test(agent) ? 'Firefox Mobile' : 'Firefox'),
  Fennec: () => 'Firefox Mobile',
  Opera: (agent) => (/\bMobile\b.{0,100}\bOPR\//.test(agent) ? 'Opera Mobile' : 'Opera'),
};

/** What shows pages on iOS and is no browser by name is some app's web view. */
const isAppleWebView = (agent: string): boolean => agent.startsWith('Mozilla/') && APPLE_MOBILE.test(agent);

/** Programs on Apple's systems name themselves before the library they fetch with: `Safari/9537.71 CFNetwork/673.0.2 …`. */
const APPLE_PROGRAM = /^([a-z][\w .-]{0,40})\/([\d.]+) CFNetwork\//i;

const named = (name: string, version: string | undefined): RawBrowser =>
  version ? { name, version } : { name };

/** The browser's family in uap-core's vocabulary, which tells mobile forms apart (`Chrome Mobile`, `Mobile Safari`). */
export const nameBrowser = (agent: string, raw: RawBrowser): RawBrowser | undefined => {
  for (const [family, pattern] of byToken) {
    const match = pattern.exec(agent);
    if (match) return named(family, match[1] ?? raw.version);
  }
  if ((raw.name === undefined || raw.name === 'WebKit') && isAppleWebView(agent)) {
    return named('Mobile Safari UI/WKWebView', raw.version);
  }
  if (raw.name === undefined) {
    const [, name, version] = APPLE_PROGRAM.exec(agent) ?? [];
    return name ? named(name === 'MobileSafari' ? 'Mobile Safari' : name, version) : undefined;
  }
  const form = byForm[raw.name];
  return named(form ? form(agent) : (inOtherWords[raw.name] ?? raw.name), raw.version);
};
