import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { html, loadAssets, page, registerLook, sendPage, uiAssets } from '../src/index.ts';

const folderWith = (files: Record<string, string>): URL => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-ui-'));
  mkdirSync(join(folder, 'css'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return pathToFileURL(`${folder}/`);
};

describe('assets', () => {
  it('have one address for the whole set, so that modules find each other', () => {
    const assets = loadAssets(folderWith({ 'a.js': '1', 'b.css': '2' }), ['a.js', 'b.css']);
    expect(assets.url('a.js')).toMatch(/^\/_ui\/[\w-]{12}\/a\.js$/);
    expect(assets.url('b.css').split('/')[2]).toBe(assets.url('a.js').split('/')[2]);
  });

  it('change their address when any file of the set changes', () => {
    const urls = ['1', '2'].map((text) =>
      loadAssets(folderWith({ 'a.js': '', 'b.js': text }), ['a.js', 'b.js']).url('a.js'),
    );
    expect(urls[0]).not.toBe(urls[1]);
  });

  it('are served for ever, with their type', async () => {
    const assets = loadAssets(folderWith({ 'a.js': 'export {};' }), ['a.js']);
    const app = Fastify();
    assets.register(app);
    const { statusCode, headers, body } = await app.inject(assets.url('a.js'));
    expect([statusCode, body]).toEqual([200, 'export {};']);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
  });

  it('serve nothing but what was named', async () => {
    const assets = loadAssets(folderWith({ 'a.js': '', 'secret.js': '' }), ['a.js']);
    const app = Fastify();
    assets.register(app);
    const folder = assets.url('a.js').replace('a.js', '');
    for (const name of ['secret.js', '../a.js', '%2e%2e/package.json', '']) {
      expect((await app.inject(folder + name)).statusCode).toBe(404);
    }
    expect(() => assets.url('secret.js')).toThrow('secret.js');
  });

  it('refuse files without a known type at the start', () => {
    expect(() => loadAssets(folderWith({ 'a.exe': '' }), ['a.exe'])).toThrow('a.exe');
  });
});

describe('sheets made of small ones', () => {
  const files = { 'css/b.css': 'p { color: red }', 'css/a.css': 'p { color: blue }', 'x.js': '' };

  it('are one file, in the order that was named', async () => {
    const assets = loadAssets(folderWith(files), ['x.js'], { 'page.css': ['b', 'a'], 'other.css': ['a'] });
    const app = Fastify();
    assets.register(app);
    const { headers, body } = await app.inject(assets.url('page.css'));
    expect(headers['content-type']).toBe('text/css; charset=utf-8');
    expect(body).toBe('p { color: red }\np { color: blue }');
    expect((await app.inject(assets.url('other.css'))).body).toBe('p { color: blue }');
    expect(() => assets.url('css/a.css')).toThrow('css/a.css');
  });

  it('must exist', () => {
    expect(() => loadAssets(folderWith(files), [], { 'page.css': ['c'] })).toThrow('c.css');
  });
});

describe('shared modules', () => {
  const shared = 'import { say } from "@pushtech/ui/browser/say.js";\nimport("@pushtech/ui/browser/map.js");';

  it('are imported by name and get their address when the set is loaded', async () => {
    const assets = loadAssets(folderWith({ 'a.js': shared }), ['a.js']);
    const app = Fastify();
    registerLook(app);
    assets.register(app);
    const { body } = await app.inject(assets.url('a.js'));
    expect(body).toBe(
      `import { say } from "${uiAssets.url('say.js')}";\nimport("${uiAssets.url('map.js')}");`,
    );
    expect((await app.inject(uiAssets.url('say.js'))).statusCode).toBe(200);
  });

  it('are fetched at once with the page, and not what is imported later', () => {
    const files = {
      'a.js': "import { b } from './b.js';\nimport('@pushtech/ui/browser/map.js');",
      'b.js': "export { drawChart } from '@pushtech/ui/browser/chart.js';",
    };
    const assets = loadAssets(folderWith(files), ['a.js', 'b.js']);
    const text = page({ title: 'x', body: html``, scripts: [assets.url('a.js')] });
    const preloaded = [...text.matchAll(/modulepreload" href="([^"]+)"/g)].map((match) => match[1]);
    expect(preloaded).toContain(assets.url('b.js'));
    expect(preloaded).toContain(uiAssets.url('chart.js'));
    expect(preloaded).toContain(uiAssets.url('uplot.js'));
    expect(preloaded).not.toContain(uiAssets.url('leaflet.js'));
    expect(preloaded).not.toContain(assets.url('a.js'));
  });

  it('must exist', () => {
    const files = { 'a.js': "import '@pushtech/ui/browser/nothing.js'" };
    expect(() => loadAssets(folderWith(files), ['a.js'])).toThrow('nothing.js');
  });

  it('name no other host but in comments and namespaces', async () => {
    const app = Fastify();
    registerLook(app);
    for (const name of ['look.css', 'chart.css', 'map.css'])
      expect((await app.inject(uiAssets.url(name))).body).not.toMatch(/url\(|@import/);
  });
});

describe('packing', () => {
  const text = 'body { color: red }\n'.repeat(200);
  const get = async (accepted: string, body = text) => {
    const assets = loadAssets(folderWith({ 'a.css': body }), ['a.css']);
    const app = Fastify();
    assets.register(app);
    return app.inject({ url: assets.url('a.css'), headers: { 'accept-encoding': accepted } });
  };

  it('gives Brotli, gzip or neither, as the browser takes it', async () => {
    const answers = await Promise.all(
      ['gzip, br', 'gzip', '', 'br;q=0, gzip;q=0.5', 'identity'].map((name) => get(name)),
    );
    expect(answers.map(({ headers }) => headers['content-encoding'])).toEqual([
      'br',
      'gzip',
      undefined,
      'gzip',
      undefined,
    ]);
    const [br, gzip, plain] = answers.map(({ rawPayload }) => rawPayload);
    expect(brotliDecompressSync(br as Buffer).toString()).toBe(text);
    expect(gunzipSync(gzip as Buffer).toString()).toBe(text);
    expect(plain?.toString()).toBe(text);
    expect(answers.every(({ headers }) => headers.vary === 'accept-encoding')).toBe(true);
  });

  it('leaves alone what is small', async () => {
    expect((await get('gzip, br', 'a{}')).headers['content-encoding']).toBeUndefined();
  });

  it('packs pages too, and keeps what a route said about Vary', async () => {
    const app = Fastify();
    app.get('/', (_request, reply) =>
      sendPage(reply.header('vary', 'accept'), { title: 'x', body: html`${'word '.repeat(500)}` }),
    );
    const packed = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } });
    const plain = await app.inject('/');
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept, accept-encoding' });
    expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body);
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
  });
});
