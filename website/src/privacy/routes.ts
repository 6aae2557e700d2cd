import { limits } from '@pushtech/event';
import { html } from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ScreenDeps } from '../app.ts';
import { fieldOf } from '../forms.ts';
import { websiteAssets } from '../frame.ts';
import { createLimiter } from './limiter.ts';
import { ownerRoutes } from './owner-routes.ts';
import { donePage, type PrivacyFacts, type Problem, privacyPage } from './page.ts';

const hidden = { schema: { hide: true } };

const isKind = (text: string): text is 'export' | 'erase' => text === 'export' || text === 'erase';

const problemOf = (visitor: string, kind: string): Problem | undefined => {
  if (visitor === '') return 'missing';
  if (Buffer.byteLength(visitor) > limits.labelBytes) return 'tooLong';
  return isKind(kind) ? undefined : 'badKind';
};

/** `/privacy`: what is kept, opt-out, and requests by visitor id, which anybody may send. */
export const privacyRoutes = (app: FastifyInstance, deps: ScreenDeps): void => {
  const { frame, guard, links, kept, stats, store, readAddress, newId, clock } = deps;
  const limiter = createLimiter(clock);
  ownerRoutes(app, deps);

  let window: PrivacyFacts['window'];
  let askedAt = 0;

  /** Asked once a minute: the page is public, the counters have other work. */
  const windowOf = async () => {
    const now = clock();
    if (now - askedAt < 60_000) return window;
    askedAt = now;
    window = (await stats.ledger({ from: now - 60_000, to: now }).catch(() => undefined))?.window ?? window;
    return window;
  };

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    asked?: { visitor: string; kind: string; problem: Problem },
  ) => {
    const speech = frame.speech(request);
    const mayDecide = guard.identify(request.raw).scopes.has('people:write');
    return frame.send(request, reply, {
      sheet: 'privacy.css',
      title: speech.words.privacy.title,
      scripts: [websiteAssets.url('opt-out.js')],
      facts: { words: speech.words.privacy.optOut },
      body: privacyPage({
        speech,
        links,
        kept,
        window: await windowOf(),
        mayDecide,
        ...(asked && { asked }),
      }),
    });
  };

  const refuse = (request: FastifyRequest, reply: FastifyReply, text: string) => {
    const { privacy } = frame.speech(request).words;
    return frame.send(request, reply, {
      sheet: 'privacy.css',
      title: privacy.refused.title,
      body: html`<div class="prose"><h1>${privacy.refused.title}</h1><p class="notice bad" role="alert">${text}</p><p><a href="${links('www', '/privacy')}">${privacy.done.back}</a></p></div>`,
    });
  };

  app.get('/privacy', hidden, async (request, reply) => show(request, reply));

  app.post('/privacy/requests', { ...hidden, bodyLimit: 4096 }, async (request, reply) => {
    const speech = frame.speech(request);
    const { refused } = speech.words.privacy;
    const site = request.headers['sec-fetch-site'];
    if (site === 'cross-site' || site === 'same-site' || !guard.originAllowed(request.raw)) {
      return refuse(request, reply.code(403), refused.elsewhere);
    }
    const visitor = fieldOf(request.body, 'visitor');
    const kind = fieldOf(request.body, 'kind');
    const problem = problemOf(visitor, kind);
    if (problem || !isKind(kind)) {
      return show(request, reply.code(422), { visitor, kind, problem: problem ?? 'badKind' });
    }
    const minutes = limiter.take(readAddress(request.raw).address);
    if (minutes > 0) {
      const text = refused.often.replace('{n}', String(minutes));
      return refuse(request, reply.code(429).header('retry-after', minutes * 60), text);
    }
    const id = newId();
    try {
      await store.privacyRequests.insert({ id, kind, visitor, at: clock() });
    } catch (error) {
      request.log.warn({ err: error }, 'A privacy request could not be kept.');
      return refuse(request, reply.code(503).header('retry-after', 10), refused.down);
    }
    await guard.audit(request.raw, `privacy.${kind}.requested`, id);
    return frame.send(request, reply.code(201), {
      sheet: 'privacy.css',
      title: speech.words.privacy.done.heading,
      body: donePage(speech, links, kind, id),
    });
  });
};
