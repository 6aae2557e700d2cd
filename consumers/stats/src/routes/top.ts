import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addQuestion, type RouteDeps } from '../answer.ts';
import { iso, spanFields, spanOf } from '../questions.ts';

const query = z.object({
  ...spanFields,
  dimension: z.string().max(80).describe('what to count by, e.g. path, country, properties.status'),
  limit: z.coerce.number().int().min(1).max(10_000).default(100).describe('rows at the most'),
});

export const topRoute = (app: FastifyInstance, { stats, clock }: RouteDeps): void =>
  addQuestion(app, {
    path: '/stats/top',
    summary: 'The values with the most events; null = not known.',
    query,
    async answer(asked) {
      const found = await stats.top(spanOf(asked, clock()));
      return {
        body: { ...found, from: iso(found.from), to: iso(found.to) },
        columns: ['value', 'events', 'visitors'],
        rows: found.rows.map((row) => [row.value, row.events, row.visitors]),
      };
    },
  });
