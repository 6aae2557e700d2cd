import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { WebsiteDeps } from '../app.ts';
import { refuse } from './counters.ts';
import { refusalOf } from './query.ts';
import { newSecret, shareId } from './shares.ts';

const DAY = 86_400_000;

const shareBody = z
  .object({
    name: z.string().trim().min(1, 'must not be empty').max(80),
    site: z
      .string()
      .regex(/^[\w.:-]{1,253}$/, 'must be the label of a site')
      .optional(),
    days: z.number().int().min(1).max(3650).optional().describe('for how long; without it until revoked'),
    csrf: z.string().optional(),
  })
  .strict();

/** Links to the dashboard for people without an account. */
export const shareRoutes = (app: FastifyInstance, deps: WebsiteDeps): void => {
  const { store, guard, clock, links } = deps;
  const preHandler = guard.require('numbers:write');
  const docs = (summary: string) => ({ schema: { tags: ['dashboard'], summary } as object, preHandler });

  app.get('/dashboard/shares', docs('The links there are, without their secrets.'), async () => ({
    shares: (await store.shares.list({ limit: 1000 })).sort((a, b) => b.createdAt - a.createdAt),
  }));

  app.post('/dashboard/shares', docs('Makes a link that shows the dashboard.'), async (request, reply) => {
    const read = shareBody.safeParse(request.body);
    if (!read.success) return refuse(reply, 400, refusalOf(read.error));
    const { name, site, days } = read.data;
    const secret = newSecret();
    const share = {
      id: shareId(secret),
      name,
      ...(site !== undefined && { site }),
      createdBy: guard.identify(request.raw).who,
      createdAt: clock(),
      ...(days !== undefined && { expires: clock() + days * DAY }),
    };
    await store.shares.insert(share);
    await guard.audit(request.raw, 'share.made', share.id);
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ share, url: links('www', `/dashboard/shared/${secret}`) });
  });

  app.delete('/dashboard/shares/:id', docs('Revokes a link.'), async (request, reply) => {
    const { id } = request.params as { id: string };
    const revoked = await store.shares.update(id, (share) => ({
      ...share,
      revokedAt: share.revokedAt ?? clock(),
    }));
    if (!revoked) return refuse(reply, 404, { error: 'not_found', message: 'There is no such link.' });
    await guard.audit(request.raw, 'share.revoked', id);
    return reply.code(204).send();
  });
};
