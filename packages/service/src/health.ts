import type { FastifyInstance, preHandlerAsyncHookHandler } from 'fastify';
import type { Metrics } from './metrics.ts';
import type { Service } from './service.ts';

interface Health {
  services: readonly Service[];
  metrics: Metrics;
  isStopping: () => boolean;
  requireMetrics?: preHandlerAsyncHookHandler | undefined;
}

/** One service that cannot tell its status does not hide that of the others. */
const statusOf = async (service: Service): Promise<string[]> => {
  try {
    return (await service.status()).degraded;
  } catch (error) {
    return [`its status cannot be read: ${(error as Error).message}`];
  }
};

/** `/healthz` (alive), `/readyz` (send me traffic: falling behind is `degraded`, not unready) and `/metrics`. */
export const registerHealth = (
  app: FastifyInstance,
  { services, metrics, isStopping, requireMetrics }: Health,
): void => {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));

  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    if (isStopping()) return reply.code(503).send({ status: 'stopping' });
    const parts: Record<string, { status: string; degraded?: string[] }> = {};
    for (const service of services) {
      const degraded = await statusOf(service);
      parts[service.name] = degraded.length > 0 ? { status: 'degraded', degraded } : { status: 'ok' };
    }
    const status = Object.values(parts).some((part) => part.degraded) ? 'degraded' : 'ok';
    return { status, services: parts };
  });

  app.get(
    '/metrics',
    { schema: { hide: true }, ...(requireMetrics && { preHandler: requireMetrics }) },
    async (_request, reply) => {
      reply.type(metrics.registry.contentType);
      return metrics.registry.metrics();
    },
  );
};
