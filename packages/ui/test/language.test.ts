import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { html, registerLook, sendPage, speechFor } from '../src/index.ts';

const start = () => {
  const app = Fastify();
  registerLook(app);
  app.get('/numbers', (request, reply) =>
    sendPage(reply, { title: 'x', body: html`x`, speech: speechFor(request.raw) }),
  );
  return app;
};

const switchTo = (to: string, lang = 'de') =>
  start().inject(`/_ui/lang/${lang}?to=${encodeURIComponent(to)}`);

describe('the language switch', () => {
  it('stands on every page and comes back to where one was', async () => {
    const app = start();
    const { body } = await app.inject('/numbers?site=a&from=b');
    const href = /href="(\/_ui\/lang\/de[^"]*)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const { statusCode, headers } = await app.inject(href);
    expect([statusCode, headers.location]).toEqual([303, '/numbers?site=a&from=b']);
    const cookie = String(headers['set-cookie']);
    expect(cookie).toMatch(/^pushtech_lang=de; Path=\/; Max-Age=31536000; SameSite=Lax$/);
    expect(
      (await app.inject({ url: '/numbers', headers: { cookie: cookie.split(';')[0] ?? '' } })).body,
    ).toContain('<html lang="de">');
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/..//evil.example',
    'javascript:alert(1)',
    '',
    '/a\r\nset-cookie: x=1',
  ])('never leads to another host: %j', async (to) => {
    const { headers } = await switchTo(to);
    expect(headers.location).toMatch(/^\/(?![/\\])/);
    expect([headers['set-cookie']].flat()).toHaveLength(1);
  });

  it('sets no language that we do not speak', async () => {
    const { headers } = await switchTo('/', '__proto__');
    expect([headers['set-cookie'], headers.location]).toEqual([undefined, '/']);
  });
});
