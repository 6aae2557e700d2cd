import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { html, page, registerLook, sendPage } from '../src/index.ts';

const hostile = `"'><script>alert(1)</script>&amp;<img src=x onerror=alert(1)>`;

describe('html', () => {
  it('escapes what is put in, as text and inside quoted attributes', () => {
    const { text } = html`<p title="${hostile}">${hostile}</p>`;
    expect(text.match(/[<>]/g)).toHaveLength(4);
    expect(text.match(/"/g)).toHaveLength(2);
    expect(text).toContain('&amp;amp;');
  });

  it('leaves alone what it made itself, joins lists and skips nothings', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}${null}${undefined}${false}${0}</ul>`.text).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>',
    );
  });

  it('escapes objects that only look like its own', () => {
    const forged = JSON.parse('{"text":"<b>"}');
    expect(() => html`${forged}`.text).toThrow();
  });
});

describe('a page', () => {
  const options = {
    title: hostile,
    body: html`<p>here</p>`,
    nav: [{ href: '/a', text: hostile }],
    current: '/a',
  };

  it('escapes title and links and marks where one is', () => {
    const text = page(options);
    expect(text).not.toContain('<script>');
    expect(text).not.toContain('<img');
    expect(text).toContain('aria-current="page"');
  });

  it('needs nothing inline, so that the policy can forbid it', () => {
    expect(page({ ...options, scripts: ['/_ui/x/a.js'], styles: ['/_ui/x/a.css'] })).not.toMatch(
      /style=|<style|<script(?! type="module" src=| type="application\/json" id="facts")/,
    );
  });

  it('gives facts to its modules as data that cannot end their element', () => {
    const text = page({ ...options, facts: { text: '</script><script>alert(1)</script><!--' } });
    const json = /id="facts">(.*?)<\/script>/s.exec(text)?.[1] ?? '';
    expect(JSON.parse(json).text).toBe('</script><script>alert(1)</script><!--');
    expect(JSON.parse(json).ui.copy).toBe('Copy');
  });

  it('is sent with a policy that allows our own files only', async () => {
    const app = Fastify();
    app.get('/', (_request, reply) => sendPage(reply, options));
    const { headers } = await app.inject('/');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('may name more origins, for forms and for its modules, and nothing but origins', async () => {
    const app = Fastify();
    const odd = [
      'https://a.example; script-src *',
      "'unsafe-inline'",
      '*',
      'https://a.example/path',
      'data:',
    ];
    app.get('/', (_request, reply) =>
      sendPage(reply, {
        ...options,
        formTo: ['https://id.example', ...odd],
        connectTo: ['https://*.tiles.example:8443', ...odd],
      }),
    );
    const { headers } = await app.inject('/');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' https://*.tiles.example:8443; img-src 'self' https://*.tiles.example:8443 data:; form-action 'self' https://id.example; frame-ancestors 'none'; base-uri 'none'",
    );
  });

  it('has its style sheet and icon served, once for all services of a process', async () => {
    const app = Fastify();
    app.register(async (first) => registerLook(first));
    app.register(async (second) => registerLook(second));
    const [icon, style] = [...page(options).matchAll(/href="(\/_ui\/[^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    const served = await Promise.all([app.inject(icon ?? ''), app.inject(style ?? '')]);
    expect(served.map(({ statusCode, headers }) => [statusCode, headers['content-type']])).toEqual([
      [200, 'image/svg+xml'],
      [200, 'text/css; charset=utf-8'],
    ]);
  });
});
