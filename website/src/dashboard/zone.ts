import { isTimeZone } from '@pushtech/stats';
import type { FastifyRequest } from 'fastify';

const ZONE_COOKIE = /(?:^|;\s*)pushtech_tz=([\w%/+-]{1,80})(?:;|$)/;

/** The zone of who looks, as the page told us the last time. */
export const zoneOf = ({ headers }: FastifyRequest): string | undefined => {
  const [, zone = ''] = ZONE_COOKIE.exec(headers.cookie ?? '') ?? [];
  const name = zone.replaceAll('%2F', '/').replaceAll('%2B', '+');
  return name !== '' && isTimeZone(name) ? name : undefined;
};
