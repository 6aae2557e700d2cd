import { isPushtechError } from '@pushtech/event';
import { type Cell, type Stats, toCsv } from '@pushtech/stats';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

export interface RouteDeps {
  stats: Stats;
  /** Epoch ms. */
  clock: () => number;
}

/** What a question is answered with: an object, and rows with their names for those who want CSV. */
export interface Answer {
  body: object;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

interface Question<Shape extends z.ZodRawShape> {
  path: string;
  summary: string;
  query: z.ZodObject<Shape>;
  answer: (query: z.output<z.ZodObject<Shape>>) => Promise<Answer>;
}

interface Refusal {
  error: string;
  field: string;
  message: string;
}

/** What the stats refuse is the asker's to put right. */
const refusals: Record<string, { error: string; field: string }> = {
  STATS_TOO_MANY_POINTS: { error: 'too_many_points', field: 'interval' },
  STATS_DIMENSION: { error: 'dimension_unknown', field: 'dimension' },
  STATS_TIME_ZONE: { error: 'value_invalid', field: 'tz' },
};

const refusalOf = (error: unknown): Refusal | undefined => {
  const known = isPushtechError(error) ? refusals[error.code] : undefined;
  return known && { ...known, message: (error as Error).message };
};

const invalid = (error: z.ZodError): Refusal => {
  const issue = error.issues[0];
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  return { error: 'value_invalid', field: field ?? '', message: issue?.message ?? 'not understood' };
};

const badRequest = (reply: FastifyReply, refusal: Refusal) => reply.code(400).send(refusal);

const send = (reply: FastifyReply, { body, columns, rows }: Answer, format: unknown, name: string) => {
  reply.header('cache-control', 'no-store');
  if (format !== 'csv') return reply.send(body);
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="stats-${name}.csv"`)
    .send(toCsv(columns, rows));
};

const startsAfterEnd = ({ from, to }: { from?: unknown; to?: unknown }): boolean =>
  typeof from === 'number' && typeof to === 'number' && from >= to;

/** Adds a route that reads its query with zod, asks, and answers as JSON or CSV. */
export const addQuestion = <Shape extends z.ZodRawShape>(
  app: FastifyInstance,
  { path, summary, query: schema, answer }: Question<Shape>,
): void => {
  const strict = schema.strict();
  const querystring = z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' });
  app.get(
    path,
    { schema: { tags: ['stats'], summary, querystring } },
    async (request: FastifyRequest, reply) => {
      const read = strict.safeParse(request.query);
      if (!read.success) return badRequest(reply, invalid(read.error));
      const query = read.data as z.output<z.ZodObject<Shape>> & {
        format?: unknown;
        from?: unknown;
        to?: unknown;
      };
      if (startsAfterEnd(query)) {
        return badRequest(reply, {
          error: 'value_invalid',
          field: 'to',
          message: 'to must be later than from',
        });
      }
      try {
        return send(reply, await answer(query), query.format, path.slice(path.lastIndexOf('/') + 1));
      } catch (error) {
        const refusal = refusalOf(error);
        if (!refusal) throw error;
        return badRequest(reply, refusal);
      }
    },
  );
};
