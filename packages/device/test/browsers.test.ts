import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDevices } from '../src/index.ts';

interface Sample {
  ua: string;
  browser?: { family: string };
  os?: { family: string };
}

const samples = JSON.parse(
  readFileSync(new URL('fixtures/uap_sample_250.json', import.meta.url), 'utf8'),
) as Sample[];

const MAINSTREAM = /^(?:Mobile )?(?:Chrome|Firefox|Safari|Edge|Opera|IE|Samsung Internet)\b/;
const devices = createDevices();

describe('agents sampled from uap-core', () => {
  const mainstream = samples.filter(({ browser }) => browser && MAINSTREAM.test(browser.family));

  it('have mainstream browsers among them', () => expect(mainstream.length).toBeGreaterThanOrEqual(15));

  it.each(mainstream)('names $browser.family in $ua, and takes it for no bot', ({ ua, browser }) => {
    const { device, botReasons } = devices.read(ua);
    expect(device?.browser?.name).toBe(browser?.family);
    expect(botReasons).toBeUndefined();
  });

  it('agree with uap-core on rarer browsers and systems at least as often as today', () => {
    const browsers = samples.filter(({ browser }) => browser);
    const systems = samples.filter(({ os }) => os);
    const agreed = browsers.filter(
      ({ ua, browser }) => devices.read(ua).device?.browser?.name === browser?.family,
    );
    const agreedSystems = systems.filter(
      ({ ua, os }) => (devices.read(ua).device?.os?.name ?? 'Other') === os?.family,
    );
    console.log(
      `browsers ${agreed.length} of ${browsers.length}, systems ${agreedSystems.length} of ${systems.length}`,
    );
    expect(agreed.length).toBeGreaterThanOrEqual(44);
    expect(agreedSystems.length).toBeGreaterThanOrEqual(82);
  });
});

/** One agent of each form that people's browsers have had; versions are of no matter. */
const forms: [family: string, kind: string, agent: string][] = [
  [
    'Chrome',
    'desktop',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  ],
  [
    'Chrome',
    'desktop',
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  ],
  [
    'Chrome',
    'tablet',
    'Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  ],
  [
    'Chrome Mobile',
    'mobile',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36',
  ],
  [
    'Chrome Mobile',
    'mobile',
    'Mozilla/5.0 (Linux; U; Android 4.0.3; en-us; GT-I9100) AppleWebKit/535.7 (KHTML, like Gecko) CrMo/16.0.912.75 Mobile Safari/535.7',
  ],
  [
    'Chrome Mobile iOS',
    'mobile',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/124.0.6367.88 Mobile/15E148 Safari/604.1',
  ],
  [
    'Chrome Mobile iOS',
    'tablet',
    'Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/124.0.6367.88 Mobile/15E148 Safari/604.1',
  ],
  [
    'Chrome Mobile WebView',
    'mobile',
    'Mozilla/5.0 (Linux; Android 11; Pixel 5 Build/RQ3A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/90.0.4430.210 Mobile Safari/537.36',
  ],
  ['Firefox', 'desktop', 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0'],
  [
    'Firefox',
    'desktop',
    'Mozilla/5.0 (Macintosh; U; PPC Mac OS X 10.4; de; rv:1.9.2.24) Gecko/20111103 Firefox/3.6.24 (.NET CLR 3.5.30729)',
  ],
  ['Firefox Mobile', 'mobile', 'Mozilla/5.0 (Android 14; Mobile; rv:125.0) Gecko/125.0 Firefox/125.0'],
  ['Firefox Mobile', 'tablet', 'Mozilla/5.0 (Android 4.4; Tablet; rv:41.0) Gecko/41.0 Firefox/41.0'],
  [
    'Firefox Mobile',
    'mobile',
    'Mozilla/5.0 (Maemo; Linux armv7l; rv:10.0) Gecko/20120117 Firefox/10.0 Fennec/10.0',
  ],
  [
    'Firefox iOS',
    'mobile',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/125.0 Mobile/15E148 Safari/605.1.15',
  ],
  [
    'Safari',
    'desktop',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
  ],
  [
    'Safari',
    'desktop',
    'Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US) AppleWebKit/533.17.8 (KHTML, like Gecko) Version/5.0.1 Safari/533.17.8',
  ],
  [
    'Mobile Safari',
    'mobile',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1',
  ],
  [
    'Mobile Safari',
    'tablet',
    'Mozilla/5.0 (iPad; U; CPU OS 3_2 like Mac OS X; en-us) AppleWebKit/531.21.10 (KHTML, like Gecko) Version/4.0.4 Mobile/7B334b Safari/531.21.10',
  ],
  [
    'Mobile Safari UI/WKWebView',
    'mobile',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  ],
  [
    'Edge',
    'desktop',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.2478.51',
  ],
  [
    'Edge',
    'desktop',
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.10136',
  ],
  [
    'Edge Mobile',
    'mobile',
    'Mozilla/5.0 (Windows Phone 10.0; Android 4.2.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/46.0.2486.0 Mobile Safari/537.36 Edge/13.10586',
  ],
  [
    'Edge Mobile',
    'mobile',
    'Mozilla/5.0 (Linux; Android 10; HD1913) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36 EdgA/124.0.2478.50',
  ],
  [
    'Edge Mobile',
    'mobile',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/124.0 Mobile/15E148 Safari/605.1.15',
  ],
  [
    'Opera',
    'desktop',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0.0.0 Safari/537.36 OPR/109.0.0.0',
  ],
  ['Opera', 'desktop', 'Opera/9.80 (Windows NT 6.1; U; de) Presto/2.9.168 Version/11.52'],
  ['Opera', 'desktop', 'Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; en) Opera 8.50'],
  [
    'Opera Mobile',
    'mobile',
    'Mozilla/5.0 (Linux; Android 10; VOG-L29) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36 OPR/76.2.4027.73374',
  ],
  [
    'Opera Mobile',
    'mobile',
    'Opera/9.80 (Android 2.3.3; Linux; Opera Mobi/ADR-1111101157; U; en) Presto/2.9.201 Version/11.50',
  ],
  [
    'Opera Tablet',
    'tablet',
    'Opera/9.80 (Android 3.2; Linux; Opera Tablet/ADR-1109081720; U; de) Presto/2.8.149 Version/11.10',
  ],
  [
    'Opera Mini',
    'mobile',
    'Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16',
  ],
  [
    'Opera Mini',
    'mobile',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 10_3 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) OPiOS/14.0.0.104835 Mobile/14E277 Safari/9537.53',
  ],
  ['IE', 'desktop', 'Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko'],
  [
    'IE',
    'desktop',
    'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0; chromeframe; .NET CLR 2.0.50727)',
  ],
  [
    'IE',
    'desktop',
    'Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1; Embedded Web Browser from: http://bsalsa.com/; .NET CLR 1.1.4322)',
  ],
  [
    'IE',
    'desktop',
    'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; McAfee SiteAdvisor; QQDownload 1.7; msn OptimizedIE8;ENUS)',
  ],
  [
    'IE',
    'desktop',
    'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0; Alexa Toolbar; Google Toolbar; EmbeddedWB 14.52 from: http://www.bsalsa.com/)',
  ],
  [
    'IE Mobile',
    'mobile',
    'Mozilla/5.0 (compatible; MSIE 9.0; Windows Phone OS 7.5; Trident/5.0; IEMobile/9.0; HTC; Titan)',
  ],
  [
    'IE Mobile',
    'mobile',
    'Mozilla/5.0 (Mobile; Windows Phone 8.1; Android 4.0; ARM; Trident/7.0; Touch; rv:11.0; IEMobile/11.0; NOKIA; Lumia 520) like iPhone OS 7_0_3 Mac OS X AppleWebKit/537 (KHTML, like Gecko) Mobile Safari/537',
  ],
  [
    'Firefox Focus',
    'mobile',
    'Mozilla/5.0 (Linux; Android 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Focus/1.0 Chrome/59.0.3029.83 Mobile Safari/537.36',
  ],
  [
    'Mobile Safari UI/WKWebView',
    'mobile',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 SomeApp/1.2',
  ],
  [
    'Samsung Internet',
    'mobile',
    'Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile Safari/537.36',
  ],
];

describe("people's browsers", () => {
  it.each(forms)('%s (%s): %s', (family, kind, agent) => {
    const { device, botReasons } = devices.read(agent);
    expect(device?.browser?.name).toBe(family);
    expect(device?.browser?.version).toMatch(/^\d/);
    expect(device?.kind).toBe(kind);
    expect(botReasons).toBeUndefined();
  });

  it('are the same when a log has written + for each space', () => {
    for (const [, , agent] of forms) {
      const joined = agent.replaceAll(' ', '+');
      expect(devices.read(joined)).toEqual(devices.read(agent));
    }
  });
});
