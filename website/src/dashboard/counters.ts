import type { FastifyReply } from 'fastify';
import type { WebsiteDeps } from '../app.ts';
import type { ViewQuery } from './query.ts';
import type { ViewDeps } from './view.ts';

/** Who looks: somebody who is signed in, or a stranger with a link, perhaps for one site only. */
export interface Looking {
  oneSite: boolean;
  site?: string;
  /** Where days begin for whom the address does not say. */
  zone?: string | undefined;
}

/** The counters a view reads: one's own, or those of the example. `undefined` when there is no example. */
export const countersOf = (
  { stats, store, example, properties, clock }: WebsiteDeps,
  { data }: Pick<ViewQuery, 'data'>,
  looking: Looking,
): ViewDeps | undefined => {
  const shared = { store, clock, zone: looking.zone, oneSite: looking.oneSite };
  if (data === 'own') return { ...shared, stats, properties };
  const made = example?.stats();
  if (!example || !made) return undefined;
  return { ...shared, stats: made, properties: example.properties, goals: example.goals };
};

export const noExample = {
  error: 'no_example',
  field: 'data',
  message: 'There is no example data (any more).',
};

export const refuse = (reply: FastifyReply, status: number, refusal: object): FastifyReply =>
  reply.code(status).header('cache-control', 'no-store').send(refusal);
