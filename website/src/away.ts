import { answerError, isAway } from '@pushtech/service';
import { empty } from '@pushtech/ui';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Frame } from './frame.ts';

const wantsPage = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' && (headers.accept ?? '').includes('text/html');

/** Who looks at a screen while its store is away gets a screen that says so; programs get JSON, as for every other error. */
export const showAway = (app: FastifyInstance, frame: Frame): void => {
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    if (!isAway(error) || !wantsPage(request)) return answerError(error, request, reply);
    request.log.warn(
      { err: error, route: request.routeOptions.url },
      'A screen could not be shown: an engine is away.',
    );
    const { common } = frame.speech(request).words;
    return frame.send(request, reply.code(503).header('retry-after', 5), {
      title: common.away,
      sheet: 'sites.css',
      body: empty(common.away, common.awayHint),
    });
  });
};
