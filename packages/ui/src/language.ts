import type { FastifyInstance } from 'fastify';
import { createFormat } from './browser/format.js';
import { type Html, html } from './html.ts';
import { type Speech, spoken } from './words/words.ts';

const YEAR_S = 31_536_000;

/** Only a path of ours: no other host, however it is written. */
export const safePath = (to: unknown): string => {
  const base = 'http://here.invalid';
  if (typeof to !== 'string' || !to.startsWith('/') || !URL.canParse(to, base)) return '/';
  const { origin, pathname, search } = new URL(to, base);
  return origin === base && !pathname.startsWith('//') ? pathname + search : '/';
};

/** `GET /_ui/lang/de?to=/sites`: keeps the language in a cookie and goes back. Changes nothing else, so a link may do it. */
export const registerLanguages = (app: FastifyInstance): void => {
  const url = '/_ui/lang/:lang';
  if (app.hasRoute({ method: 'GET', url })) return;
  app.get(url, { schema: { hide: true } as object }, (request, reply) => {
    const { lang } = request.params as { lang: string };
    if ([...spoken, 'xx'].includes(lang))
      reply.header('set-cookie', `pushtech_lang=${lang}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`);
    return reply
      .header('cache-control', 'no-store')
      .redirect(safePath((request.query as { to?: string }).to), 303);
  });
};

const nameOf = (lang: string): string => createFormat({ lang }).language(lang);

/** Each language by its own name. @param path the page to come back to */
export const languageSwitch = ({ lang, words }: Speech, path: string): Html =>
  html`<nav aria-label="${words.ui.language}"><ul class="languages">${spoken.map(
    (each) =>
      html`<li><a href="/_ui/lang/${each}?to=${encodeURIComponent(path)}" lang="${each}" hreflang="${each}" rel="nofollow"${each === lang ? html` aria-current="true"` : ''} data-raw>${nameOf(each)}</a></li>`,
  )}</ul></nav>`;
