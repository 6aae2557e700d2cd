import { isPushtechError, SITE_PATTERN } from '@pushtech/event';
import { fetchPage } from '@pushtech/outgoing';
import type { FastifyInstance } from 'fastify';
import type { ScreenDeps } from '../../app.ts';
import { openEventStream } from '../../arrivals/event-stream.ts';
import { fieldOf } from '../../forms.ts';
import { judgeArrival } from './judge-arrival.ts';
import { type Finding, lookAtPage } from './look-at-page.ts';

const NONCE = /^[\da-f]{32}$/;
const LIFE_MS = 600_000;
/** A busy site may send thousands while one of its owners looks; a few of them are enough to see that they come. */
const UNMARKED = 20;
/** Pages fetched at a time, by all who check. */
const LOOKS = 4;

/** Some servers answer nobody without a name. */
const headers = { 'user-agent': 'pushtech-check' };

const failure = (error: unknown): Finding => {
  if (!isPushtechError(error)) throw error;
  const id = { OUTGOING_ADDRESS: 'pagePrivate', OUTGOING_URL: 'pageUrl' }[error.code] ?? 'pageFailed';
  return { id, level: 'warn', values: { message: error.message } };
};

/** The parts of the live check that the screen asks for: arrivals as they come, and one look at the page. */
export const checkRoutes = (app: FastifyInstance, deps: ScreenDeps): void => {
  const { arrivals, guard, trackerOrigin } = deps;
  const options = { schema: { hide: true }, preHandler: guard.require('stats:read') };
  let looks = 0;

  app.get<{ Params: { nonce: string }; Querystring: { site?: unknown } }>(
    '/sites/check/:nonce',
    { ...options, exposeHeadRoute: false },
    async (request, reply) => {
      const { nonce } = request.params;
      const { site } = request.query;
      if (!NONCE.test(nonce) || typeof site !== 'string' || !SITE_PATTERN.test(site)) {
        return reply
          .code(400)
          .send({ error: 'nonce', message: 'a nonce of 32 hex digits and a site are needed' });
      }
      const stream = openEventStream(reply, LIFE_MS);
      let unmarked = 0;
      let gone = false;
      let leave: (() => void) | undefined;
      stream.closed(() => {
        gone = true;
        leave?.();
      });
      try {
        leave = await arrivals.listen({
          marks: [nonce, `"site":${JSON.stringify(site)}`],
          take(arrival) {
            const told = judgeArrival(arrival, { nonce, label: site });
            if (!told) return;
            if (told.kind === 'unmarked' || told.kind === 'dropped') unmarked += 1;
            if (unmarked <= UNMARKED || told.kind === 'hit' || told.kind === 'dead')
              stream.send('arrival', told);
          },
        });
      } catch {
        // Told to the screen below, which tries again.
      }
      if (gone) leave?.();
      stream.send(leave ? 'ready' : 'busy', {});
      if (!leave) stream.end();
      return reply;
    },
  );

  app.post('/sites/check/look', { ...options, bodyLimit: 16_384 }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (looks >= LOOKS)
      return reply.code(503).send({ error: 'busy', message: 'other pages are being looked at' });
    looks += 1;
    try {
      const allowLoopback = guard.identify(request.raw).kind === 'open';
      const fetched = await fetchPage(fieldOf(request.body, 'url').slice(0, 2048), {
        allowLoopback,
        headers,
      });
      const findings = lookAtPage(fetched, { tracker: trackerOrigin(request), tagPath: `/${deps.tag.name}` });
      return { findings };
    } catch (error) {
      return { findings: [failure(error)] };
    } finally {
      looks -= 1;
    }
  });
};
