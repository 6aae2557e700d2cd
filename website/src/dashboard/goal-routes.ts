import type { Goal } from '@pushtech/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { WebsiteDeps } from '../app.ts';
import { refuse } from './counters.ts';
import { refusalOf } from './query.ts';

const FIELD = /^(path|page|source|campaign|properties\.[^\s].{0,63})$/;
const MOST_GOALS = 50;

const condition = z
  .object({
    field: z.string().regex(FIELD, 'must be path, page, source, campaign or properties.<name>'),
    is: z.enum(['equal', 'starts', 'contains']),
    value: z.string().min(1).max(1024),
  })
  .strict();

const goalBody = z
  .object({
    name: z.string().trim().min(1, 'must not be empty').max(80),
    site: z
      .string()
      .regex(/^[\w.:-]{1,253}$/, 'must be the label of a site')
      .optional(),
    type: z
      .string()
      .regex(/^[\w.:-]{1,64}$/, 'must be letters, digits and _ . : - only')
      .describe('the type of event'),
    conditions: z.array(condition).max(8).default([]),
    csrf: z.string().optional(),
  })
  .strict();

type GoalBody = z.output<typeof goalBody>;

const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;

/** Short and readable; the end of a new id makes it the only one. */
const newGoalId = (name: string, newId: () => string): string => {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 28);
  return `${words || 'goal'}-${newId().slice(-8)}`;
};

const ruleOf = ({ type, site, conditions }: Goal | GoalBody): string =>
  JSON.stringify([type, site ?? null, conditions.map(({ field, is, value }) => [field, is, value])]);

const asGoal = ({ csrf: _csrf, site, ...body }: GoalBody, id: string, createdAt: number): Goal => ({
  ...body,
  ...(site !== undefined && { site }),
  id,
  createdAt,
});

/** Goals are made, changed and removed by those who may write numbers. */
export const goalRoutes = (app: FastifyInstance, deps: WebsiteDeps): void => {
  const { store, guard, newId, clock } = deps;
  const preHandler = guard.require('numbers:write');
  const docs = (summary: string) => ({ schema: { tags: ['dashboard'], summary } as object, preHandler });

  app.get(
    '/dashboard/goals',
    {
      schema: { tags: ['dashboard'], summary: 'The goals there are.' } as object,
      preHandler: guard.require('stats:read'),
    },
    async () => ({ goals: await store.goals.list({ limit: 1000 }) }),
  );

  app.post(
    '/dashboard/goals',
    docs('Makes a goal: a type of event and conditions.'),
    async (request, reply) => {
      const read = goalBody.safeParse(request.body);
      if (!read.success) return refuse(reply, 400, refusalOf(read.error));
      const others = await store.goals.list({ limit: MOST_GOALS });
      if (others.length >= MOST_GOALS) {
        return refuse(reply, 409, {
          error: 'too_many',
          message: `There may be ${MOST_GOALS} goals at the most.`,
        });
      }
      const goal = asGoal(read.data, newGoalId(read.data.name, newId), clock());
      await store.goals.insert(goal);
      await guard.audit(request.raw, 'goal.made', goal.id);
      return reply.code(201).send(goal);
    },
  );

  /** Another rule is another goal: what was counted by the old one says nothing about it. */
  app.put(
    '/dashboard/goals/:id',
    docs('Changes a goal; another rule is counted anew.'),
    async (request, reply) => {
      const read = goalBody.safeParse(request.body);
      if (!read.success) return refuse(reply, 400, refusalOf(read.error));
      const old = await store.goals.get(idOf(request));
      if (!old) return refuse(reply, 404, { error: 'not_found', message: 'There is no such goal.' });
      const anew = ruleOf(old) !== ruleOf(read.data);
      const goal = anew
        ? asGoal(read.data, newGoalId(read.data.name, newId), clock())
        : asGoal(read.data, old.id, old.createdAt);
      if (anew) {
        await store.goals.insert(goal);
        await store.goals.remove(old.id);
      } else await store.goals.update(old.id, () => goal);
      await guard.audit(request.raw, 'goal.changed', goal.id);
      return goal;
    },
  );

  app.delete('/dashboard/goals/:id', docs('Removes a goal.'), async (request, reply) => {
    if (!(await store.goals.remove(idOf(request)))) {
      return refuse(reply, 404, { error: 'not_found', message: 'There is no such goal.' });
    }
    await guard.audit(request.raw, 'goal.removed', idOf(request));
    return reply.code(204).send();
  });
};
