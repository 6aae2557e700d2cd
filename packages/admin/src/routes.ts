import { isPushtechError } from '@pushtech/event';
import { registerLook, speechFor } from '@pushtech/ui';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { AuthDeps, PeopleDeps } from './deps.ts';
import { readForms } from './forms.ts';
import { assets, type Frame, wantsHtml } from './frame.ts';
import { auditRoute } from './screens/audit.ts';
import { checkRoute } from './screens/check.ts';
import { invitationRoutes } from './screens/invitation.ts';
import { meRoutes } from './screens/me.ts';
import { peopleRoutes } from './screens/people.ts';
import { providerRoutes } from './screens/provider.ts';
import { signInRoutes } from './screens/sign-in.ts';
import { tokenRoutes } from './screens/tokens.ts';

/** What is away just now (the store, room for one more password) says so as a page; all else is the host's to tell. */
const tellWhatIsAway = (app: FastifyInstance, frame: Frame): void => {
  const outer = app.errorHandler;
  app.setErrorHandler((error, request, reply) => {
    if (!isPushtechError(error) || error.kind !== 'retry') return outer(error as never, request, reply);
    reply.code(503).header('retry-after', '2');
    const { people, signIn } = speechFor(request.raw).words;
    const text = error.code === 'PASSWORDS_BUSY' ? signIn.busy : people.storeAway;
    if (wantsHtml(request)) return frame.tell(request, reply, people.storeAwayTitle, text);
    return reply.send({
      error: 'unavailable',
      message: 'This cannot be done just now; try again in a few seconds.',
    });
  });
};

const withPeople = (deps: AuthDeps): PeopleDeps | undefined => {
  const { store, known } = deps;
  return store && known ? { ...deps, store, known } : undefined;
};

/** All of `/auth`. Forms are read here only; other routes of the host are not touched. */
export const createRoutes =
  (deps: AuthDeps): FastifyPluginAsync =>
  async (app) => {
    readForms(app);
    registerLook(app);
    assets.register(app);
    tellWhatIsAway(app, deps.frame);
    signInRoutes(app, deps);
    checkRoute(app, deps);
    const people = withPeople(deps);
    if (!people) return;
    for (const routes of [meRoutes, tokenRoutes, peopleRoutes, auditRoute, invitationRoutes])
      routes(app, people);
    if (deps.provider) providerRoutes(app, { ...people, provider: deps.provider });
  };
