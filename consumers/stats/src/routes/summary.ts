import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addQuestion, type RouteDeps } from '../answer.ts';
import { iso, spanFields, spanOf } from '../questions.ts';

const query = z.object(spanFields);

export const summaryRoute = (app: FastifyInstance, { stats, clock }: RouteDeps): void =>
  addQuestion(app, {
    path: '/stats/summary',
    summary: 'How many events and visitors in a span of time.',
    query,
    async answer(asked) {
      const found = await stats.summary(spanOf(asked, clock()));
      const body = { ...found, from: iso(found.from), to: iso(found.to) };
      return { body, columns: Object.keys(body), rows: [Object.values(body)] };
    },
  });
