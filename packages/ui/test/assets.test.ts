import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadAssets } from '../src/index.ts';

const folderWith = (files: Record<string, string>): URL => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-ui-'));
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
