import { speechFor } from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { wantsPage } from '../screen.ts';
import { refusal } from './answers.ts';
import { parseLetter, placeText, readLetter, readPlace } from './letter.ts';
import { type LetterFilter, readLetterFilter } from './letter-filter.ts';
import { letterPage } from './letter-page.ts';
import { listPage } from './list-page.ts';
import type { DeadRouteDeps } from './routes.ts';

/** Letters on one page of the list. */
const PAGE = 50;
/** How long a question may read before it answers with what there is, in ms. */
const PATIENCE_MS = 1000;

const tags = ['kafidx'];

/** `GET /kafidx/dead`, `/kafidx/dead/find`, `/kafidx/dead/:letter`: pages, and JSON for programs. */
export const readRoutes = (app: FastifyInstance, deps: DeadRouteDeps): void => {
  const { guard, links, send, letters, log, replays, replayed } = deps;
  const preHandler = guard.require('stream:read');

  const look = async (filter: LetterFilter, after: unknown) => {
    const reach = await letters.refresh(PATIENCE_MS);
    const { reason: _, step: __, ...others } = filter;
    const all = letters.find(filter);
    const from = typeof after === 'string' ? all.findIndex((letter) => placeText(letter) === after) + 1 : 0;
    const shown = all.slice(from, from + PAGE);
    const last = shown.at(-1);
    const next = last && from + PAGE < all.length ? placeText(last) : undefined;
    return { filter, reach, counts: letters.count(others), total: all.length, letters: shown, next };
  };

  const rights = (request: FastifyRequest) => ({
    mayReplay: guard.identify(request.raw).scopes.has('dead:write') && deps.replay !== undefined,
    csrf: guard.csrfToken(request.raw),
  });

  const refuse = (reply: FastifyReply, no: ReturnType<typeof refusal>) => reply.code(no.status).send(no.body);

  app.get<{ Querystring: Record<string, unknown> }>(
    '/kafidx/dead',
    {
      schema: { tags, summary: 'Dead letters, newest first, and their reasons: a page, or JSON.' },
      preHandler,
    },
    async (request, reply) => {
      const reading = readLetterFilter(request.query);
      reply.headers({ vary: 'accept', 'cache-control': 'no-store' });
      if (!reading.ok && !wantsPage(request)) return refuse(reply, refusal('filter_invalid', reading));
      const view = await look(reading.ok ? reading.filter : {}, request.query.after);
      const speech = speechFor(request.raw);
      const job = replays?.job();
      if (wantsPage(request)) {
        return send(request, reply, listPage({ ...view, replayed, job, ...rights(request) }, speech, links));
      }
      const { reach, counts: reasons, total, letters: found, next } = view;
      return {
        ...reach,
        ...(reach.since !== undefined && { since: new Date(reach.since).toISOString() }),
        reasons,
        total,
        letters: found.map(({ atMs: _, loggedAt: __, ...letter }) => ({
          letter: placeText(letter),
          ...letter,
        })),
        ...(next !== undefined && { next }),
      };
    },
  );

  app.get<{ Querystring: { entry?: unknown } }>(
    '/kafidx/dead/find',
    { schema: { hide: true } as object, preHandler },
    async (request, reply) => {
      await letters.refresh(PATIENCE_MS);
      const found = letters.byEntry(String(request.query.entry ?? ''));
      const path = found ? `/kafidx/dead/${placeText(found)}` : '/kafidx/dead';
      return reply.redirect(links('kafidx', path), 303);
    },
  );

  app.get<{ Params: { letter: string } }>(
    '/kafidx/dead/:letter',
    { schema: { tags, summary: 'One dead letter with its original bytes: a page, or JSON.' }, preHandler },
    async (request, reply) => {
      const place = readPlace(request.params.letter);
      const record = place && (await readLetter(log, place));
      reply.headers({ vary: 'accept', 'cache-control': 'no-store' });
      if (!record) return refuse(reply, refusal('not_found'));
      const letter = parseLetter(record.value);
      const again = replayed.has(placeText(record));
      if (!wantsPage(request)) return { letter: placeText(record), ...letter, replayed: again };
      const view = { record, letter, replayed: again, ...rights(request) };
      return send(request, reply, letterPage(view, speechFor(request.raw), links));
    },
  );
};
