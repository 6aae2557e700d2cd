import { isId } from '@pushtech/event';
import type { FastifyInstance } from 'fastify';
import type { Arrivals } from '../arrivals/arrivals.ts';
import { openEventStream } from '../arrivals/event-stream.ts';
import { ownVisit } from './own-visit.ts';

/** Anybody may look at the own visit, so few at a time, and not for long: others wait for checks. */
const VISITS = 100;
const LIFE_MS = 15_000;

/**
 * `GET /visit/:id`: tells whoever made the id what became of the event with it. Nobody else knows the id before the
 * event is sent, and only what is kept of it, masked, is told.
 */
export const visitRoute = (app: FastifyInstance, { arrivals }: { arrivals: Arrivals }): void => {
  let open = 0;

  app.get<{ Params: { id: string } }>(
    '/visit/:id',
    { schema: { hide: true }, exposeHeadRoute: false },
    async (request, reply) => {
      const id = request.params.id.toLowerCase();
      if (!isId(id))
        return reply.code(400).send({ error: 'id_invalid', message: 'this is no id of an event' });
      if (open >= VISITS) return reply.code(503).send({ error: 'busy', message: 'too many look just now' });
      open += 1;
      const stream = openEventStream(reply, LIFE_MS);
      let leave: (() => void) | undefined;
      let gone = false;
      stream.closed(() => {
        open -= 1;
        gone = true;
        leave?.();
      });
      try {
        leave = await arrivals.listen({
          marks: [request.params.id],
          take(arrival) {
            const visit = ownVisit(id, arrival);
            if (!visit) return;
            stream.send('visit', visit);
            stream.end();
          },
        });
      } catch {
        // Said to the page below.
      }
      if (gone) leave?.();
      stream.send(leave ? 'ready' : 'busy', {});
      return reply;
    },
  );
};
