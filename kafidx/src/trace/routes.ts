import type { Guard } from '@pushtech/admin';
import { isId } from '@pushtech/event';
import { type Links, type Speech, say, speechFor } from '@pushtech/ui';
import type { FastifyInstance } from 'fastify';
import { type SendScreen, wantsPage } from '../screen.ts';
import type { TraceDeps } from './facts.ts';
import { findTrace } from './find-trace.ts';
import { tracePage } from './page.ts';
import type { Trace } from './trace.ts';

interface Deps extends TraceDeps {
  guard: Guard;
  links: Links;
  send: SendScreen;
}

/** For programs: the sentences as text beside their codes. */
const toJson = ({ parts, ...trace }: Trace, { words, lang }: Speech) => ({
  ...trace,
  parts: parts.map(({ notes, ...part }) => ({
    ...part,
    notes: notes.map(({ code, values }) => ({
      code,
      text: say(words.trace.says[code as keyof typeof words.trace.says], values, lang),
    })),
  })),
});

/** So long after an id was made its event may still be on its way. */
const ON_ITS_WAY_MS = 30_000;

const isOnItsWay = ({ verdict, madeAt }: Trace, now: number): boolean =>
  (verdict === 'kept' || verdict === 'unknown') &&
  madeAt !== undefined &&
  Math.abs(now - Date.parse(madeAt)) < ON_ITS_WAY_MS;

const notAnId = { error: 'id_invalid', field: 'id', message: 'this is no id of an event: a UUID' };

/** `GET /kafidx/trace/:id`: one id through all parts, as a page or as JSON. `GET /kafidx/trace?id=` leads there. */
export const traceRoutes = (app: FastifyInstance, deps: Deps): void => {
  const { guard, links, send } = deps;
  const schema = { tags: ['kafidx'], summary: 'One event through all parts: a page, or JSON.' };
  const preHandler = guard.require('stream:read');

  app.get<{ Querystring: { id?: unknown } }>(
    '/kafidx/trace',
    { schema: { hide: true } as object, preHandler },
    async (request, reply) => {
      const id = String(request.query.id ?? '').trim();
      const shown = id.slice(0, 64);
      if (isId(id)) return reply.redirect(links('kafidx', `/kafidx/trace/${id.toLowerCase()}`), 303);
      if (!wantsPage(request)) return reply.code(400).send(notAnId);
      return send(request, reply, tracePage({ id: shown }, speechFor(request.raw), links));
    },
  );

  app.get<{ Params: { id: string } }>('/kafidx/trace/:id', { schema, preHandler }, async (request, reply) => {
    const { id } = request.params;
    const shown = id.slice(0, 64);
    const speech = speechFor(request.raw);
    const trace = isId(id) ? await findTrace(id, deps) : undefined;
    reply.code(trace ? 200 : 400).headers({ vary: 'accept', 'cache-control': 'no-store' });
    if (wantsPage(request)) {
      // Whoever follows an event at once sees it arrive.
      if (trace && isOnItsWay(trace, deps.clock())) reply.header('refresh', '1');
      return send(request, reply, tracePage({ id: shown, ...(trace && { trace }) }, speech, links));
    }
    return trace ? toJson(trace, speech) : reply.send(notAnId);
  });
};
