import type { Places } from '@pushtech/place';
import { html, type NavLink, registerLook, sendPage } from '@pushtech/ui';
import type { FastifyInstance } from 'fastify';

/** The screens there are, for every page's top bar. */
export const screens: NavLink[] = [
  { href: '/', text: 'Start' },
  { href: '/kafidx', text: 'Live' },
  { href: '/stats/summary', text: 'Numbers' },
  { href: '/docs', text: 'API' },
];

/** `GET /`: carries the pixel, so that a newcomer sees the own visit arrive. */
export const frontPage =
  ({ attribution }: Pick<Places, 'attribution'>, publicUrl: string) =>
  async (app: FastifyInstance) => {
    registerLook(app);
    app.get('/', { schema: { hide: true } }, async (request, reply) => {
      const origin =
        publicUrl === ''
          ? `http://${request.headers.host ?? 'localhost'}`
          : publicUrl.replace('{service}', 'trk');
      const today = new Date().toISOString().slice(0, 10);
      return sendPage(reply, {
        title: 'Start',
        nav: screens,
        current: '/',
        body: html`
<h1>It runs</h1>
<p>This page carries the pixel: your visit is on its way through the pipeline right now.</p>
<ul>
<li><a href="/kafidx">See it arrive in the live viewer</a></li>
<li><a href="/stats/summary?from=${today}">Today’s numbers</a>, <a href="/stats/top?dimension=path&amp;from=${today}">pages</a>,
<a href="/stats/ledger">what was kept and what was not</a></li>
<li><a href="/t">Which address, place and device we see of you</a></li>
<li><a href="/docs">All routes</a></li>
</ul>
<h2>Put it on a page of yours</h2>
<pre><code>&lt;img src="${origin}/t/pageview" alt="" width="1" height="1"&gt;</code></pre>
<p>Any type of event and any properties may be sent; nothing has to be registered first:
<code>/t/signup?plan=pro&amp;site=example.org</code>.</p>
${attribution && html`<p><small><a href="${attribution.url}">${attribution.text}</a></small></p>`}
<img src="/t/pageview?title=Start" alt="" width="1" height="1">`,
      });
    });
  };
