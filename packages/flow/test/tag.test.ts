import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { tagWorld } from './tag-flow.ts';
import { showInPlainChromium } from './tag-plain-chromium.ts';

// A loaded machine may take its time; nothing here measures speed.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const world = tagWorld();
const { exactly, open, tag } = world;

const put = (path: string, body: string, headers: Record<string, string> = {}) =>
  world.site.pages.set(path, { body, headers });

const page = (more = '', script = tag()) => `<!doctype html><title>Shop</title>${script}<h1>Shop</h1>${more}`;

/** How long an event was on its way (ms), by its sender's clock. */
const age = (event?: { receivedAt: string; occurredAt: string }): number =>
  event ? Date.parse(event.receivedAt) - Date.parse(event.occurredAt) : 0;

/** What the tag has left in the browser. */
const kept = (of: Page): Promise<string[]> => of.evaluate('Object.keys(localStorage)');

const types = (events: { type: string }[]) => events.map(({ type }) => type);
const paths = (events: { page?: { url: string } }[]) =>
  events.map(({ page }) => page?.url.slice(world.site.url.length));

const sent = async (n: number) => {
  while (world.front.posts.length + world.front.pixels.length < n) await sleep(10);
};

describe('a page', () => {
  it('is counted once, with title, address and referrer, and leaves nothing in the browser', async () => {
    put('/shoes', page());
    put('/', `<!doctype html><a href="/shoes?size=4">shoes</a>`);
    const visitor = await open('/');
    await visitor.click('a');
    const [view] = await exactly(1);
    expect(view).toMatchObject({
      type: 'pageview',
      via: 'post',
      page: { url: `${world.site.url}/shoes?size=4`, path: '/shoes', title: 'Shop' },
      referrer: { medium: 'internal' },
      properties: {},
    });
    expect(view?.visitor).toMatch(/^[\w-]{16}$/);
    expect(await visitor.context().cookies()).toEqual([]);
    expect(await kept(visitor)).toEqual([]);
  });

  it.each([
    ['in the head', '', 't.js'],
    ['async', 'async', 't.js'],
    ['a module', 'type="module"', 't.js'],
    ['under a further name', 'defer', 's.js'],
    ['in a folder', 'async', 'app/stats.js'],
  ])('is counted once with the script %s', async (_how, attributes, name) => {
    put('/a', page('', tag(attributes, name)));
    await open('/a');
    const [view] = await exactly(1);
    expect(view?.page?.title).toBe('Shop');
    expect(world.front.posts).toHaveLength(1);
  });

  it('is counted once with a script that comes late', async () => {
    put('/a', page('', ''));
    const visitor = await open('/a');
    await visitor.evaluate(`document.body.append(Object.assign(document.createElement('script'),
      { src: '${world.front.url}/t.js' })); document.querySelector('script').dataset.site = '${world.label}'`);
    await exactly(1);
  });

  it('is counted once with a module that is imported', async () => {
    put('/a', page('', ''));
    const visitor = await open('/a');
    await visitor.evaluate(`import('${world.front.url}/t.js').then(() => 0)`);
    await sent(1);
    expect(JSON.parse(world.front.posts[0] as string)).toMatchObject([{ type: 'pageview', title: 'Shop' }]);
  });

  it('is counted once with two tags, whatever their names', async () => {
    put(
      '/a',
      page('<button data-t="buy">Buy</button>', tag() + tag() + tag('defer', 's.js') + tag('type=module')),
    );
    const visitor = await open('/a');
    await visitor.click('button');
    expect(types(await exactly(2))).toEqual(['pageview', 'buy']);
  });

  it('is counted when it is left before it has loaded', async () => {
    world.site.pages.set('/slow', {
      body: `<!doctype html>${tag('')}<script>start = 1</script><p>${' '.repeat(2000)}`,
      endless: true,
    });
    put('/next', '<title>next</title>');
    const visitor = await open('/', { go: false });
    await visitor.goto(`${world.site.url}/slow`, { waitUntil: 'commit' });
    await visitor.waitForFunction('globalThis.start');
    await visitor.goto(`${world.site.url}/next`);
    expect(paths(await exactly(1))).toEqual(['/slow']);
  });

  it('sends what was called before the script came, also through the function of before', async () => {
    const early = `<script>window.pushtech = function () { (pushtech.q = pushtech.q || []).push(arguments) };
      before = pushtech; pushtech('first', { n: 1 })</script>`;
    put('/a', page('', early + tag()));
    const visitor = await open('/a');
    await visitor.evaluate(`before('second', { n: 2 }); pushtech('third', { n: 3 })`);
    expect(types(await exactly(4)).sort()).toEqual(['first', 'pageview', 'second', 'third']);
  });
});

describe('a single-page app', () => {
  it('has each page counted once by its history', async () => {
    put('/a', page());
    const visitor = await open('/a');
    await sent(1);
    const go = (script: string) => visitor.evaluate(script);
    await go(`history.replaceState({ same: 1 }, '', location.href)`);
    await go(`history.pushState({}, '', '/b'); history.pushState({}, '', '/c?x=1');
      setTimeout(() => { document.title = 'C' }, 20)`);
    await sleep(200);
    await go(`history.pushState({}, '', '/login'); history.replaceState({}, '', '/home')`);
    await sleep(200);
    await go('history.back()');
    const views = await exactly(5);
    expect(paths(views)).toEqual(['/a', '/b', '/c?x=1', '/home', '/c?x=1']);
    expect(views[2]?.page?.title).toBe('C');
    expect(views[2]?.referrer).toMatchObject({ url: `${world.site.url}/b`, medium: 'internal' });
  });

  it('has each page counted once by its hash, but not places within a page', async () => {
    put('/a', page('<a href="#/cart">cart</a><a href="#faq">faq</a>'));
    const visitor = await open('/a');
    await visitor.click('text=cart');
    await sent(2);
    await visitor.evaluate(`location.hash = '#!/pay'`);
    await sent(3);
    await visitor.goBack();
    await sent(4);
    await visitor.goto(`${world.site.url}/a#faq`);
    await sent(5);
    await visitor.click('text=faq');
    expect(paths(await exactly(5))).toEqual(['/a', '/a#/cart', '/a#!/pay', '/a#/cart', '/a#faq']);
  });

  it('has every hash counted where it says so', async () => {
    put('/a', page('<a href="#two">two</a>', tag('defer data-hash')));
    const visitor = await open('/a');
    await visitor.click('a');
    expect(paths(await exactly(2))).toEqual(['/a', '/a#two']);
  });
});

describe('clicks', () => {
  it('send what elements are marked with, links to other sites and downloads, also when they leave the page', async () => {
    put('/b', '<title>b</title>');
    put('/list.pdf', 'not really');
    put(
      '/a',
      page(`<button data-t="signup" data-t-plan="pro" data-t-sub-plan="x"><b>Sign up</b></button>
        <form data-t="search" data-t-kind="quick" action="/b" target="_blank"><input name="q"><button>Go</button></form>
        <a id="file" href="/list.pdf" target="_blank">list</a>
        <a id="out" href="${world.site.elsewhere}/b?x=1#y">elsewhere</a>`),
    );
    const visitor = await open('/a');
    await visitor.click('b');
    await visitor.click('text=Go');
    await visitor.click('#file');
    await visitor.click('#out', { button: 'middle' });
    await visitor.click('#out');
    const events = (await exactly(6)).slice(1);
    expect(events.map(({ type, properties }) => [type, properties])).toEqual([
      ['signup', { plan: 'pro', 'sub-plan': 'x' }],
      ['search', { kind: 'quick' }],
      ['download', { target: `${world.site.url}/list.pdf` }],
      ['outbound', { target: `${world.site.elsewhere}/b?x=1` }],
      ['outbound', { target: `${world.site.elsewhere}/b?x=1` }],
    ]);
  });

  it('leaves out what the tag would do by itself with data-auto="off", but not what is marked', async () => {
    put(
      '/a',
      page(
        `<button data-t="own">x</button><a href="${world.site.elsewhere}/a">y</a>`,
        tag('data-auto="off" defer'),
      ),
    );
    const visitor = await open('/a');
    await visitor.click('button');
    await visitor.evaluate(`pushtech('pageview')`);
    await visitor.click('a');
    await sent(2);
    const events = await exactly(2);
    expect(types(events)).toEqual(['own', 'pageview']);
  });
});

describe('what gets lost on the way', () => {
  it('is sent when the network is back', async () => {
    put('/a', page());
    const visitor = await open('/a', { expected: [/ERR_INTERNET_DISCONNECTED/] });
    await sent(1);
    await visitor.context().setOffline(true);
    await visitor.evaluate(`pushtech('one'); pushtech('two', { n: 2 })`);
    await sleep(300);
    await visitor.evaluate(`pushtech('three')`);
    expect((await kept(visitor)).length).toBe(3);
    expect(world.front.posts).toHaveLength(1);
    await visitor.context().setOffline(false);
    const events = await exactly(4);
    expect(types(events)).toEqual(['pageview', 'one', 'two', 'three']);
    expect(age(events[1])).toBeGreaterThanOrEqual(300);
    expect(await kept(visitor)).toEqual([]);
  });

  it('is sent by the next page when the one before was closed offline', async () => {
    put('/a', page());
    const visitor = await open('/a', { expected: [/ERR_INTERNET_DISCONNECTED/] });
    const context = visitor.context();
    const second = await open('/a', { context, expected: [/ERR_INTERNET_DISCONNECTED/] });
    await sent(2);
    await context.setOffline(true);
    await visitor.evaluate(`pushtech('one')`);
    await second.evaluate(`pushtech('two')`);
    await sleep(200);
    await visitor.close();
    await second.close();
    await context.setOffline(false);
    await open('/a', { context });
    expect(types(await exactly(5)).sort()).toEqual(['one', 'pageview', 'pageview', 'pageview', 'two']);
  });

  it('is sent again when the tracker had no room, no sooner than it asked', async () => {
    put('/a', page());
    world.front.mode = 'busy';
    const visitor = await open('/a', { expected: [/status of 503/] });
    await sent(1);
    const at = Date.now();
    world.front.mode = 'pass';
    await sent(2);
    expect(Date.now() - at).toBeGreaterThan(700);
    const [view] = await exactly(1);
    expect(age(view)).toBeGreaterThan(700);
    expect(await kept(visitor)).toEqual([]);
    expect(world.front.pixels).toEqual([]);
  });

  it('has the right time also where the clock of the browser is days ahead', async () => {
    put('/a', page());
    const visitor = await open('/', { go: false });
    await visitor.addInitScript('{ const now = Date.now; Date.now = () => now() + 3 * 86_400_000; }');
    await visitor.goto(`${world.site.url}/a`);
    const [view] = await exactly(1);
    expect(Math.abs(age(view))).toBeLessThan(60_000);
  });

  it('is recognised where only the answer was lost', async () => {
    put('/a', page());
    world.front.mode = 'mute';
    const visitor = await open('/a', { expected: [/ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/] });
    await sent(2);
    world.front.mode = 'pass';
    await visitor.evaluate('pushtech.flush()');
    await exactly(1);
    expect((await world.events()).length).toBeGreaterThan(1);
    expect(await kept(visitor)).toEqual([]);
  });

  it('is counted once however many tabs share it', async () => {
    put('/a', page());
    world.front.mode = 'busy';
    const first = await open('/a', { expected: [/status of 503/] });
    const context = first.context();
    const tabs = [first];
    for (let i = 0; i < 3; i++) tabs.push(await open('/a', { context, expected: [/status of 503/] }));
    for (const tab of tabs) await tab.evaluate(`for (let i = 0; i < 20; i++) pushtech('own', { i })`);
    await tabs.pop()?.close();
    world.front.mode = 'pass';
    tabs.push(await open('/a', { context, expected: [/status of 503/] }));
    await exactly(85);
    for (const tab of tabs) expect(await kept(tab)).toEqual([]);
  });

  it('waits within bounds: the newest 200 events stay, and the page can ask how many are lost', async () => {
    put('/a', page());
    world.front.mode = 'busy';
    const visitor = await open('/a', { expected: [/status of 503/] });
    await visitor.evaluate(`for (let i = 0; i < 260; i++) pushtech('own', { i })`);
    expect((await kept(visitor)).length).toBe(200);
    expect(await visitor.evaluate('pushtech.lost()')).toBe(61);
    world.front.mode = 'pass';
    const events = await exactly(200);
    expect(events.map(({ properties }) => properties.i)).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 60),
    );
  });
});

describe('what stands in the way', () => {
  it('of the script under its usual name does not stand in the way of the second name', async () => {
    put('/a', page('', tag() + tag('defer', 's.js')));
    const visitor = await open('/', { go: false, expected: [/ERR_FAILED/] });
    await visitor.route(/\/(t\.js|t|t\/.*)$/, (route) => route.abort());
    await visitor.goto(`${world.site.url}/a`);
    await exactly(1);
    expect(world.front.posts).toHaveLength(1);
  });

  it('a strict content policy: two words for the tracker are all it needs', async () => {
    put('/a', page(), {
      'Content-Security-Policy': `default-src 'none'; script-src ${world.front.url}; connect-src ${world.front.url}; require-trusted-types-for 'script'`,
    });
    await open('/a');
    const [view] = await exactly(1);
    expect(view?.via).toBe('post');
  });

  it('a content policy without connect-src: pictures pass', async () => {
    put('/a', page('<button data-t="buy" data-t-n="1" data-t-url="mine">Buy</button>'), {
      'Content-Security-Policy': `default-src 'none'; script-src ${world.front.url}; img-src ${world.front.url}`,
    });
    const visitor = await open('/a', { expected: [/connect-src|violates|Fetch API|Refused to connect/] });
    await visitor.click('button');
    const [view, buy] = await exactly(2);
    expect(view).toMatchObject({ via: 'pixel', page: { path: '/a', title: 'Shop' } });
    expect(buy).toMatchObject({ type: 'buy', properties: { n: '1' } });
    expect(await kept(visitor)).toEqual([]);
  });

  it('a browser that forbids localStorage', async () => {
    put('/inner', page('<button data-t="buy">Buy</button>'));
    put('/a', '<!doctype html><title>a</title><iframe sandbox="allow-scripts" src="/inner"></iframe>');
    const visitor = await open('/a');
    await visitor.frameLocator('iframe').locator('button').click();
    expect(types(await exactly(2))).toEqual(['pageview', 'buy']);
  });
});

describe('privacy', () => {
  it('is kept where the browser asks for it (GPC): counted, nobody recognised, nothing stored', async () => {
    put('/a', page());
    world.front.mode = 'busy';
    const visitor = await open('/', { go: false, expected: [/status of 503/] });
    await visitor.addInitScript(
      `Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true })`,
    );
    await visitor.goto(`${world.site.url}/a`);
    await sent(1);
    expect(await kept(visitor)).toEqual([]);
    world.front.mode = 'pass';
    const [view] = await exactly(1);
    expect(view).toMatchObject({ anonymous: true });
    expect(view?.visitor).toBeUndefined();
  });

  it('follows what the visitor says, and remembers it', async () => {
    put('/a', page());
    const visitor = await open('/a');
    await sent(1);
    await visitor.evaluate(`pushtech.consent(false); pushtech('no', {}, { vid: 'v1' })`);
    await sent(2);
    await visitor.reload();
    await sent(3);
    await visitor.evaluate(`pushtech('consent', true); pushtech('yes', {}, { vid: 'v1' })`);
    await sent(4);
    await visitor.reload();
    const events = await exactly(5);
    expect(
      events.map(({ type, anonymous, visitor: who }) => [type, anonymous === true, who !== undefined]),
    ).toEqual([
      ['pageview', false, true],
      ['no', true, false],
      ['pageview', true, false],
      ['yes', false, true],
      ['pageview', false, true],
    ]);
    expect(events[3]?.visitor).toBe('v1');
    expect(await kept(visitor)).toEqual(['pushtech.consent']);
  });

  it('waits for a word where the page says so', async () => {
    put('/a', page('', tag('defer data-consent="0"')));
    const visitor = await open('/a');
    await sent(1);
    await visitor.evaluate(`pushtech.consent(true); pushtech('later')`);
    expect((await exactly(2)).map(({ anonymous }) => anonymous === true)).toEqual([true, false]);
  });

  it('says no for what still waits, too', async () => {
    put('/a', page());
    world.front.mode = 'busy';
    const visitor = await open('/a', { expected: [/status of 503/] });
    await sent(1);
    await visitor.evaluate('pushtech.consent(false)');
    expect(await kept(visitor)).toEqual(['pushtech.consent']);
    world.front.mode = 'pass';
    expect((await exactly(1))[0]).toMatchObject({ anonymous: true });
  });
});

describe('who sees it', () => {
  it('a page that is rendered ahead counts when it is shown, and not before', async () => {
    await world.opened.browser();
    put(
      '/next',
      page(`<script>addEventListener('load', () => { pushtech('early'); document.prerendering
      ? document.addEventListener('prerenderingchange', () => fetch('/shown')) : fetch('/loaded') })</script>`),
    );
    put(
      '/a',
      `<!doctype html><title>a</title><script type="speculationrules">
        {"prerender":[{"source":"list","urls":["/next"],"eagerness":"immediate"}]}</script>
        <script>setInterval(async () => { if ((await (await fetch('/go')).text()) === 'go') location.href = '/next' }, 100)</script>`,
    );
    put('/go', 'wait');
    const chromium = showInPlainChromium(`${world.site.url}/a`);
    onTestFinished(chromium.close);
    while (!world.site.asked.includes('/next')) await sleep(20);
    await sleep(1000);
    expect(world.front.posts).toEqual([]);
    put('/go', 'go');
    const events = await exactly(2);
    expect(world.site.asked).toContain('/shown');
    expect(types(events).sort()).toEqual(['early', 'pageview']);
    for (const { page } of events) expect(page?.path).toBe('/next');
  });

  it('a hidden tab counts when it is looked at, and not before', async () => {
    put('/a', page());
    const visitor = await open('/', { go: false });
    await visitor.addInitScript(`globalThis.hide = (hidden) => {
      Object.defineProperty(Document.prototype, 'hidden', { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event('visibilitychange')); };
      hide(true)`);
    await visitor.goto(`${world.site.url}/a`);
    await visitor.evaluate(`history.pushState({}, '', '/b')`);
    await sleep(400);
    expect(world.front.posts).toEqual([]);
    await visitor.evaluate('hide(false)');
    await sent(1);
    await visitor.evaluate(`history.pushState({}, '', '/c'); hide(true)`);
    expect(paths(await exactly(2))).toEqual(['/b', '/c']);
  });

  it('own visits are left out after ?pushtech=off, and counted again after ?pushtech=on', async () => {
    put('/a', page());
    const said: string[] = [];
    const visitor = await open('/', { go: false });
    visitor.on('console', (message) => said.push(message.text()));
    await visitor.goto(`${world.site.url}/a?x=1&pushtech=off&y=2#z`);
    expect(visitor.url()).toBe(`${world.site.url}/a?x=1&y=2#z`);
    await visitor.goto(`${world.site.url}/a?x=3`);
    await visitor.evaluate(`pushtech('own')`);
    await sleep(300);
    expect(world.front.posts).toEqual([]);
    await visitor.goto(`${world.site.url}/a?x=4#pushtech=on`);
    expect(visitor.url()).toBe(`${world.site.url}/a?x=4`);
    expect(paths(await exactly(1))).toEqual(['/a?x=4']);
    expect(said).toEqual(['pushtech: own visits off', 'pushtech: own visits on']);
  });

  it.each(['#', '?'])(
    'a live check with %s shows its visit at once, also of those who are left out',
    async (mark) => {
      put('/a', page());
      const visitor = await open('/a?pushtech=off');
      await visitor.goto('about:blank');
      await visitor.goto(`${world.site.url}/a${mark}pushtech-check=n-123`);
      expect(visitor.url()).toBe(`${world.site.url}/a`);
      const [view] = await exactly(1);
      expect(view).toMatchObject({ type: 'pageview', page: { path: '/a' }, properties: { check: 'n-123' } });
    },
  );

  it('a live check is the page view, not one more', async () => {
    put('/a', page());
    const visitor = await open('/a#pushtech-check=n-1');
    await sent(1);
    await visitor.evaluate(`history.pushState({}, '', '/b')`);
    const views = await exactly(2);
    expect(views.map(({ properties }) => properties)).toEqual([{ check: 'n-1' }, {}]);
  });
});

describe('the module for bundlers', () => {
  it('does what the script does, with what it is told', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { createTag } from './src/index.ts';
          globalThis.tag = createTag({ to: '${world.front.url}/t', site: '${world.label}' });`,
        resolveDir: new URL('../../tag', import.meta.url).pathname,
      },
      bundle: true,
      write: false,
      format: 'esm',
    });
    put(
      '/a',
      page(`<script type="module">${outputFiles[0]?.text}</script><button data-t="buy">Buy</button>`),
    );
    const visitor = await open('/a');
    await visitor.click('button');
    const id = await visitor.evaluate(`tag('signup', { plan: 'pro' }, { vid: 'v1' })`);
    const events = await exactly(3);
    expect(events.find(({ type }) => type === 'signup')).toMatchObject({
      id,
      visitor: 'v1',
      properties: { plan: 'pro' },
    });
  });
});

describe('rubbish', () => {
  it('never throws into the page, and what can be sent is sent', async () => {
    put(
      '/a',
      page(`<button data-t="it's &lt;b&gt; no type" data-t-constructor="x" data-t-__proto__="y">bad</button>
        <button id="long" data-t="long" data-t-x="${'ü'.repeat(4000)}" data-t-y="&quot;>">long</button>
        <form id="f" data-t="form" action="javascript:void 0"><input name="dataset"><input name="tagName"><input name="getAttribute">
        <input name="attributes"><button name="hasAttribute">Go</button></form><img name="currentScript"><a href="http://[" id="odd" target="_blank">x</a>`),
    );
    const visitor = await open('/a', { expected: [/status of 400/] });
    await sent(1);
    for (const name of ['text=bad', '#long']) await visitor.click(name);
    await visitor.evaluate(`document.querySelector('form button').click()`);
    await visitor.evaluate(`(() => {
      const circle = { deep: {} }; circle.deep.back = circle; circle.list = [circle];
      const trap = { get x() { throw new Error('no') }, toJSON() { throw new Error('no') }, toString() { throw new Error('no') } };
      const proxy = new Proxy({}, { ownKeys() { throw new Error('no') } });
      pushtech('circle', circle); pushtech('trap', trap); pushtech('inner', { trap, f() {}, n: 10n, s: Symbol('s'), nan: NaN, u: undefined });
      pushtech('proxy', proxy); pushtech('huge', { text: 'x'.repeat(5e6), list: Array.from({ length: 1e5 }, (_, i) => i) });
      pushtech('many', Object.fromEntries(Array.from({ length: 500 }, (_, i) => ['k'.repeat(100) + i, i])));
      pushtech('half', { text: '\\ud800'.repeat(2000) }, { url: 7, title: {} });
      pushtech(); pushtech(null); pushtech({}, 5, 'x'); pushtech(Symbol('x')); pushtech('ok', null, null);
      pushtech.consent(); pushtech('text', 'not an object'); pushtech('consent', true);
    })()`);
    await expect.poll(async () => types(await world.events())).toContain('text');
    const events = await world.events();
    const of = (wanted: string) => events.find(({ type }) => type === wanted)?.properties;
    expect(of('inner')).toMatchObject({ n: '10', s: 'Symbol(s)', nan: null });
    expect(String(of('huge')?.text).length).toBe(1024);
    expect(of('circle')).toEqual({ deep: '[object Object]', list: expect.any(String) });
    expect(String(of('long')?.x)).toBe('ü'.repeat(512));
    expect(types(events)).toContain('ok');
  });
});
