import type { FastifyInstance } from 'fastify';

/** `GET /robots.txt`: there is nothing to index where hits come in. */
export const robotsRoute = (app: FastifyInstance): void => {
  app.get(
    '/robots.txt',
    { schema: { tags: ['tracker'], summary: 'Keeps crawlers away from hits and links' } },
    async (_request, reply) =>
      reply
        .type('text/plain')
        .send('User-agent: *\nDisallow: /t\nDisallow: /r\nDisallow: /kafidx\nDisallow: /stats\n'),
  );
};
