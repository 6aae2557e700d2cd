import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

const logo = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="150" height="40"><text y="28" font-family="system-ui,sans-serif" font-size="26" font-weight="700" fill="#fff">pushtech</text></svg>',
);

/** OpenAPI at `/docs` (page) and `/docs/json`, grouped by service. Must come before the routes it describes. */
export const registerDocs = async (app: FastifyInstance, names: readonly string[]): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: names.length === 1 ? `pushtech ${names[0]}` : 'pushtech',
        description: 'Routes and shapes. Times are ISO 8601 in UTC unless a route takes `tz`.',
        version: '0.1.0',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      tags: names.map((name) => ({ name })),
    },
    hideUntagged: true,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    logLevel: 'error',
    theme: { title: 'pushtech API' },
    logo: { type: 'image/svg+xml', content: logo, href: '/', target: '_self' },
  });
};
