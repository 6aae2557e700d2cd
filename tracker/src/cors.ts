import type { FastifyInstance } from 'fastify';

/**
 * Any site may send: that is what a tracker is for. The origin is echoed with credentials allowed, since sendBeacon
 * always asks for them; no answer here tells anything that depends on a cookie.
 */
export const allowAllOrigins = (app: FastifyInstance, trackPaths: readonly string[]): void => {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply
      .header('Access-Control-Allow-Origin', origin ?? '*')
      .header('Cross-Origin-Resource-Policy', 'cross-origin');
    if (origin) reply.header('Access-Control-Allow-Credentials', 'true').header('Vary', 'Origin');
    reply.header('Access-Control-Expose-Headers', 'X-Event-Id, X-Not-Kept, Retry-After');
  });
  const preflight = { schema: { hide: true } } as const;
  for (const path of ['/t', ...trackPaths].flatMap((base) => [base, `${base}/*`])) {
    app.options(path, preflight, async (_request, reply) =>
      reply
        .header('Access-Control-Allow-Methods', 'GET, POST, OPTIONS')
        .header('Access-Control-Allow-Headers', 'Content-Type, Content-Encoding, Authorization')
        .header('Access-Control-Max-Age', '86400')
        .code(204)
        .send(),
    );
  }
};
