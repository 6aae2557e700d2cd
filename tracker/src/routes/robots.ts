import type { FastifyInstance } from 'fastify';
import type { ScriptOptions } from './script.ts';

/**
 * `GET /robots.txt`: there is nothing to index where hits come in. The script may be fetched, or search engines would take
 * pages that carry it for broken; what it sends they leave out.
 */
export const robotsRoute = (app: FastifyInstance, { tagNames, trackPaths }: ScriptOptions): void => {
  const allowed = new Set(['t.js', ...tagNames].map((name) => `Allow: /${name}`));
  const disallowed = ['/t', '/r', '/kafidx', '/stats', ...trackPaths].map((path) => `Disallow: ${path}`);
  const text = `${['User-agent: *', ...allowed, ...disallowed].join('\n')}\n`;
  app.get(
    '/robots.txt',
    { schema: { tags: ['tracker'], summary: 'Keeps crawlers away from hits and links' } },
    async (_request, reply) => reply.type('text/plain').send(text),
  );
};
