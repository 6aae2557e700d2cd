import type { Share } from '@pushtech/store';
import { html, sendPage, speechFor } from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebsiteDeps } from '../app.ts';
import { type Looking, refuse } from './counters.ts';
import { sendDashboard } from './page.ts';
import { endOf, SECRET_PATTERN, shareId } from './shares.ts';
import { viewRoutes } from './view-routes.ts';
import { zoneOf } from './zone.ts';

type Found =
  | { share: Share; ended?: undefined }
  | { share?: undefined; ended: 'unknown' | 'revoked' | 'expired' };

const secretOf = (request: FastifyRequest): string => (request.params as { secret: string }).secret;

const statusOf = { unknown: 404, revoked: 410, expired: 410 } as const;

/** What strangers with a link may see: the dashboard and its data, nothing else; of one site, if the link names one. */
export const sharedRoutes = (app: FastifyInstance, deps: WebsiteDeps): void => {
  const { store, clock } = deps;

  const find = async (request: FastifyRequest): Promise<Found> => {
    const secret = secretOf(request);
    const share = SECRET_PATTERN.test(secret) ? await store.shares.get(shareId(secret)) : undefined;
    if (!share) return { ended: 'unknown' };
    const ended = endOf(share, clock());
    return ended ? { ended } : { share };
  };

  const lookingOf = (share: Share, request: FastifyRequest): Looking => ({
    oneSite: share.site !== undefined,
    ...(share.site !== undefined && { site: share.site }),
    zone: zoneOf(request),
  });

  const sendEnd = (request: FastifyRequest, reply: FastifyReply, ended: keyof typeof statusOf) => {
    const speech = speechFor(request.raw);
    const { [ended]: text, title } = speech.words.dashboard.shared;
    reply.code(statusOf[ended]);
    const body = html`<div class="card"><h1>${title}</h1><p>${text}</p></div>`;
    return sendPage(reply, { title, body, speech, width: 'narrow' });
  };

  // The address is the secret: what goes wrong is logged without it.
  app.setErrorHandler((error, request, reply) => {
    request.log.error({ err: error }, 'A request for a shared dashboard failed.');
    return refuse(reply, 500, {
      error: 'internal',
      message: 'something went wrong here; it is in our log under this id',
      requestId: request.id,
    });
  });

  app.get('/dashboard/shared/:secret', { schema: { hide: true } as object }, async (request, reply) => {
    const { share, ended } = await find(request);
    if (!share) return sendEnd(request, reply, ended);
    return sendDashboard(deps, request, reply, {
      base: `/dashboard/shared/${secretOf(request)}`,
      looking: lookingOf(share, request),
      speech: speechFor(request.raw),
      mayWrite: false,
      share: share.name,
    });
  });

  viewRoutes(app, deps, {
    base: '/dashboard/shared/:secret',
    hide: true,
    async lookingOf(request, reply) {
      const { share, ended } = await find(request);
      if (share) return lookingOf(share, request);
      refuse(reply, statusOf[ended], { error: ended, message: 'This link shows nothing (any more).' });
      return undefined;
    },
  });
};
