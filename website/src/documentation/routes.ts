import { type Html, html, say } from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ScreenDeps } from '../app.ts';
import { type DocFile, readDocs } from './files.ts';
import { createRender } from './render.ts';

const groups = ['start', 'services', 'packages'] as const;

/** `GET /documentation` and `/documentation/:slug`: the repository's own Markdown. */
export const documentationRoutes = (app: FastifyInstance, { frame, links }: ScreenDeps): void => {
  const base = links('www', '/documentation');
  const docs = readDocs();
  const bySlug = new Map(docs.map((doc) => [doc.slug, doc]));
  const render = createRender(docs, base);
  const rendered = new Map<string, Html>();

  const bodyOf = (doc: DocFile): Html => {
    const known = rendered.get(doc.slug);
    if (known) return known;
    const body = render(doc);
    rendered.set(doc.slug, body);
    return body;
  };

  const link = ({ slug, title }: DocFile, current: DocFile) =>
    html`<li><a href="${slug === '' ? base : `${base}/${slug}`}"${
      slug === current.slug && html` aria-current="page"`
    } data-raw>${title}</a></li>`;

  const list = (current: DocFile, words: Record<(typeof groups)[number] | 'api', string>) =>
    html`${groups.map(
      (group) =>
        html`<h2>${words[group]}</h2><ul>${docs.filter((doc) => doc.group === group).map((doc) => link(doc, current))}</ul>`,
    )}<p><a href="${links('www', '/docs')}">${words.api}</a></p>`;

  const show = (request: FastifyRequest, reply: FastifyReply, slug: string) => {
    const { words, lang } = frame.speech(request);
    const doc = bySlug.get(slug);
    const common = { title: words.docs.title, current: base, sheet: 'documentation.css' } as const;
    if (!doc) {
      const body = html`<div class="empty"><h1>${words.docs.empty}</h1><p>${words.docs.emptyText}</p><p><a href="${base}">${words.docs.title}</a></p></div>`;
      return frame.send(request, reply.code(slug === '' ? 200 : 404), { ...common, body });
    }
    return frame.send(request, reply, {
      ...common,
      title: say(words.docs.pageTitle, { name: doc.title }),
      width: 'wide',
      body: html`<div class="docs">
<article class="prose"><p class="docs-jump"><a href="#docs-list">${words.docs.menu}</a></p>
${lang === 'de' && html`<p class="quiet">${words.docs.english}</p>`}<div lang="en" data-raw>${bodyOf(doc)}</div></article>
<nav class="docs-list" id="docs-list" aria-label="${words.docs.list}">${list(doc, words.docs)}</nav>
</div>`,
    });
  };

  app.get('/documentation', { schema: { hide: true } }, async (request, reply) => show(request, reply, ''));
  app.get<{ Params: { slug: string } }>(
    '/documentation/:slug',
    { schema: { hide: true } },
    async (request, reply) => show(request, reply, request.params.slug),
  );
};
