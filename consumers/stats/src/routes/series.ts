import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addQuestion, type RouteDeps } from '../answer.ts';
import { iso, spanFields, spanOf } from '../questions.ts';

const HOUR = 3_600_000;
/** What is shown when nobody says from when. */
const BACK = { minute: HOUR, hour: 24 * HOUR, day: 30 * 24 * HOUR } as const;

const fields = z.object({
  ...spanFields,
  interval: z.enum(['minute', 'hour', 'day']).default('hour').describe('length of a point'),
  dimension: z.string().max(80).optional().describe('with value: only events of this value'),
  value: z.string().max(8192).optional().describe('a value of the dimension; without it: not known'),
});

const query = fields.refine(({ dimension, value }) => value === undefined || dimension !== undefined, {
  path: ['dimension'],
  message: 'a value needs its dimension',
});

export const seriesRoute = (app: FastifyInstance, { stats, clock }: RouteDeps): void =>
  addQuestion(app, {
    path: '/stats/series',
    summary: 'Events and visitors over time; gaps are zeros. The answer says which interval is still held.',
    query,
    async answer({ dimension, value, ...asked }) {
      const found = await stats.series({
        ...spanOf(asked, clock(), BACK[asked.interval]),
        ...(dimension !== undefined && { dimension, value: value ?? null }),
      });
      const points = found.points.map((point) => ({ ...point, at: iso(point.at) }));
      return {
        body: { from: iso(found.from), to: iso(found.to), interval: found.interval, points },
        columns: ['at', 'events', 'visitors'],
        rows: points.map((point) => [point.at, point.events, point.visitors]),
      };
    },
  });
