import { isPushtechError } from '@pushtech/event';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { routeOf } from './watch-requests.ts';

const codes: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'content_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'not_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'not_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'cut_off',
  FST_ERR_BAD_URL: 'url_invalid',
  ECONNRESET: 'cut_off',
};

const RETRY_AFTER_S = 5;

/** An engine that does not answer is to be asked again, and says nothing of its whereabouts. */
const answerAway = (requestId: string, reply: FastifyReply): FastifyReply =>
  reply.code(503).header('retry-after', RETRY_AFTER_S).send({
    error: 'unavailable',
    message: 'an engine that this needs does not answer just now; try again in a few seconds',
    requestId,
  });

/** Whether an engine that does not answer, or not in time, is the cause. */
export const isAway = (error: unknown): boolean => isPushtechError(error) && error.kind === 'retry';

/**
 * Every refusal is `{error, message}`, and `field` where one can be named. What is our fault says nothing of our insides,
 * but under which id our log does.
 */
export const answerError = (
  error: FastifyError & { field?: string },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    request.log.error({ err: error, method: request.method, route: routeOf(request) }, 'A request failed.');
    if (isAway(error)) return answerAway(request.id, reply);
    return reply.code(status).send({
      error: 'internal',
      message: 'something went wrong here; it is in our log under this id',
      requestId: request.id,
    });
  }
  const field = error.field ?? (error.code === 'FST_ERR_BAD_URL' ? 'url' : undefined);
  return reply.code(status).send({
    error: codes[error.code] ?? error.code ?? 'refused',
    ...(field !== undefined && { field }),
    message: error.message,
  });
};

export const answerErrors = (app: FastifyInstance): void => {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: 'not_found', message: `there is nothing at ${request.url.slice(0, 200)}` }),
  );
};
