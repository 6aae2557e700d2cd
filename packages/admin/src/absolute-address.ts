import type { IncomingMessage } from 'node:http';
import type { AuthDeps } from './deps.ts';

/**
 * The address of one of our own pages for use outside of this site: in an invitation, as redirect address. By `PUBLIC_URL`
 * where it is set, else by the host that was asked.
 */
export const absoluteAddress = (
  { links, hosts, isHttps }: Pick<AuthDeps, 'links' | 'hosts' | 'isHttps'>,
  request: IncomingMessage,
  path: string,
): string => {
  const linked = links('www', path);
  if (!linked.startsWith('/')) return linked;
  const [only] = hosts.origins;
  return `${only ?? `${isHttps(request) ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`}${path}`;
};
