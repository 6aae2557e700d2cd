import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuthDeps } from '../deps.ts';
import type { Scope } from '../scopes.ts';

/** Names may hold any letters, headers only few. */
const headerText = (text: string): string =>
  text.replace(/[^\x20-\x7e]|%/gu, (sign) => encodeURIComponent(sign.isWellFormed() ? sign : '?'));

/** All of `?scope=`, however often it is there; an empty one is no scope that anybody has. */
const askedScopes = ({ query }: FastifyRequest): string[] => {
  const { scope = [] } = query as { scope?: string | string[] };
  return [scope].flat();
};

/** For proxies that ask before they let a request through: nginx `auth_request`, Traefik `forwardAuth`, Caddy `forward_auth`. */
export const checkRoute = (app: FastifyInstance, { identify }: Pick<AuthDeps, 'identify'>): void => {
  app.get('/auth/check', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const { kind, who, scopes, problem } = identify(request.raw);
    if (kind === 'none') {
      return reply.code(401).send({ error: 'unauthorized', message: problem ?? 'Nobody is signed in.' });
    }
    const scope = askedScopes(request).find((asked) => !scopes.has(asked as Scope));
    if (scope !== undefined) {
      return reply.code(403).send({ error: 'scope', scope, message: `This needs the scope ${scope}.` });
    }
    return reply
      .code(204)
      .header('x-auth-user', headerText(who))
      .header('x-auth-scopes', [...scopes].join(' '))
      .send();
  });
};
