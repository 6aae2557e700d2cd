import { speechFor } from '@pushtech/ui';
import type { FastifyInstance } from 'fastify';
import type { WebsiteDeps } from '../app.ts';
import { exampleRoutes } from './example-routes.ts';
import { goalRoutes } from './goal-routes.ts';
import { assets, sendDashboard } from './page.ts';
import { shareRoutes } from './share-routes.ts';
import { sharedRoutes } from './shared-routes.ts';
import { viewRoutes } from './view-routes.ts';
import { zoneOf } from './zone.ts';

/** `/dashboard`: the numbers, for those who may read them, and for strangers with a link. */
export const dashboardRoutes = async (app: FastifyInstance, deps: WebsiteDeps): Promise<void> => {
  const { guard } = deps;
  // Queries and bodies are read with zod by each route; the schemas given to fastify are for `/docs`.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  assets.register(app);

  await app.register(async (own) => {
    own.get(
      '/dashboard',
      { schema: { hide: true } as object, preHandler: guard.require('stats:read') },
      (request, reply) =>
        sendDashboard(deps, request, reply, {
          base: '/dashboard',
          looking: { oneSite: false, zone: zoneOf(request) },
          speech: speechFor(request.raw),
          mayWrite: guard.identify(request.raw).scopes.has('numbers:write'),
        }),
    );
  });
  await app.register(async (own) => {
    own.addHook('preHandler', guard.require('stats:read'));
    const lookingOf = async (request: Parameters<typeof zoneOf>[0]) => ({
      oneSite: false,
      zone: zoneOf(request),
    });
    viewRoutes(own, deps, { base: '/dashboard', lookingOf });
  });
  goalRoutes(app, deps);
  shareRoutes(app, deps);
  exampleRoutes(app, deps);
  await app.register(async (own) => sharedRoutes(own, deps));
};
