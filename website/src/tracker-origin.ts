import type { IsHttps } from '@pushtech/service';
import type { Links } from '@pushtech/ui';
import type { FastifyRequest } from 'fastify';

/** A host name or address with a port, as browsers write it. */
const HOST = /^(\[[\da-f:.]{2,45}\]|[\w.-]{1,253})(:\d{1,5})?$/i;

/** Where others' pages send hits to: `PUBLIC_URL`, or without one what this visitor typed to come here. */
export const createTrackerOrigin =
  ({ links, isHttps, publicUrl }: { links: Links; isHttps: IsHttps; publicUrl: string }) =>
  (request: FastifyRequest): string => {
    const set = URL.parse(links('trk', '/')) ?? URL.parse(publicUrl);
    if (set) return set.origin;
    const { host = '' } = request.headers;
    return `${isHttps(request.raw) ? 'https' : 'http'}://${HOST.test(host) ? host : 'localhost'}`;
  };

export type TrackerOrigin = ReturnType<typeof createTrackerOrigin>;
