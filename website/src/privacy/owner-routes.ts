import type { PrivacyRequest, Store } from '@pushtech/store';
import type { FastifyInstance } from 'fastify';
import type { ScreenDeps } from '../app.ts';
import { exportVisitor } from './export-visitor.ts';
import { requestsPage } from './requests-page.ts';

/** More than this the list does not show; there is a limit on how fast requests come. */
const MOST = 5000;
const PAGE = 1000;

/** Ids rise with time, so the newest stand at the end. */
const allRequests = async ({ privacyRequests }: Store): Promise<PrivacyRequest[]> => {
  const found: PrivacyRequest[] = [];
  for (let after: string | undefined; found.length < MOST; ) {
    const page = await privacyRequests.list({ limit: PAGE, ...(after !== undefined && { after }) });
    found.push(...page);
    after = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  return found.reverse();
};

/** What owners do with the requests of visitors: scope `people:write`. */
export const ownerRoutes = (app: FastifyInstance, deps: ScreenDeps): void => {
  const { frame, guard, links, store, log, clock } = deps;
  const options = { schema: { hide: true }, preHandler: guard.require('people:write') };
  let exporting = false;

  app.get('/privacy/requests', options, async (request, reply) => {
    const speech = frame.speech(request);
    return frame.send(request, reply, {
      sheet: 'privacy.css',
      title: speech.words.privacy.requests.title,
      body: requestsPage({
        speech,
        links,
        requests: await allRequests(store),
        csrf: guard.csrfToken(request.raw),
      }),
    });
  });

  app.post<{ Params: { id: string } }>('/privacy/requests/:id/done', options, async (request, reply) => {
    const { id } = request.params;
    // Nobody needs the id of a copy that was handed over. What is to be erased is ticked off by who erases it.
    await store.privacyRequests.update(id.slice(0, 256), (asked) => {
      if (asked.kind === 'erase') return asked;
      const { visitor: _, ...rest } = asked;
      return { ...rest, doneAt: asked.doneAt ?? clock() };
    });
    await guard.audit(request.raw, 'privacy.request.done', id.slice(0, 64));
    return reply.redirect(links('www', '/privacy/requests'), 303);
  });

  app.get<{ Querystring: { visitor?: unknown } }>('/privacy/export', options, async (request, reply) => {
    const { visitor } = request.query;
    if (typeof visitor !== 'string' || visitor === '' || visitor.length > 128) {
      return reply
        .code(400)
        .send({ error: 'visitor', field: 'visitor', message: 'visitor must be 1 to 128 characters' });
    }
    if (exporting) {
      return reply
        .code(503)
        .header('retry-after', 30)
        .send({ error: 'busy', message: 'another export is being read; try again in a moment' });
    }
    exporting = true;
    try {
      const found = await exportVisitor({ log, visitor });
      // Not of whom: the audit outlives the visitor's erasure.
      await guard.audit(request.raw, 'privacy.exported');
      return reply
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="visitor.json"')
        .type('application/json')
        .send(JSON.stringify(found, null, 2));
    } finally {
      exporting = false;
    }
  });
};
