import { toCsv } from '@pushtech/stats';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebsiteDeps } from '../app.ts';
import { countersOf, type Looking, noExample, refuse } from './counters.ts';
import {
  refusalOf,
  type TableQuery,
  tableQuery,
  tableSchema,
  type ViewQuery,
  viewQuery,
  viewSchema,
} from './query.ts';
import { readTableAnswer } from './table-answer.ts';
import { isTable } from './tables.ts';
import { readView, type ViewDeps } from './view.ts';

export interface ViewRoutesOptions {
  /** Where the routes lie. */
  base: string;
  /** Who looks; `undefined` when it was answered already. */
  lookingOf: (request: FastifyRequest, reply: FastifyReply) => Promise<Looking | undefined>;
  /** Not in `/docs`. */
  hide?: boolean;
}

const tableUnknown = (field: string) => ({
  error: 'table_unknown',
  field,
  message: 'There is no table of this name; properties are counted when STATS_PROPERTIES names them.',
});

const siteClosed = { error: 'site', field: 'site', message: 'This link shows one site only.' };

interface Found<Query> {
  query: Query;
  deps: ViewDeps;
}

/** Reads who looks and what for. Answers itself and gives `undefined` when that cannot be. */
const createRead =
  (site: WebsiteDeps, { lookingOf }: ViewRoutesOptions) =>
  async <Query extends ViewQuery>(
    schema: { safeParse: typeof viewQuery.safeParse },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Found<Query> | undefined> => {
    const looking = await lookingOf(request, reply);
    if (!looking) return undefined;
    const read = schema.safeParse(request.query);
    const stop = (status: number, refusal: object) => void refuse(reply, status, refusal);
    if (!read.success) return stop(400, refusalOf(read.error)) as undefined;
    const query = limitTo(looking, read.data as Query);
    if (!query) return stop(403, siteClosed) as undefined;
    const deps = countersOf(site, query, looking);
    if (!deps) return stop(404, noExample) as undefined;
    if (query.open !== undefined && !isTable(query.open, deps.properties)) {
      return stop(400, tableUnknown('open')) as undefined;
    }
    return { query, deps };
  };

/** A link for one site shows that site, and says no to others. The example is not theirs to see. */
export const limitTo = <Query extends ViewQuery>(looking: Looking, query: Query): Query | undefined => {
  if (!looking.oneSite) return query;
  if ((query.site !== undefined && query.site !== looking.site) || query.data === 'example') return undefined;
  return looking.site === undefined ? undefined : { ...query, site: looking.site };
};

const fileName = ({ table, data }: TableQuery): string =>
  `${data === 'example' ? 'example-' : ''}${table.replace(/[^\w-]/g, '_').slice(0, 80)}.csv`;

/** `data`, `table` and `table.csv`: all that a view of the dashboard asks for. */
export const viewRoutes = (app: FastifyInstance, site: WebsiteDeps, options: ViewRoutesOptions): void => {
  const { base, hide = false } = options;
  const read = createRead(site, options);
  const docs = (summary: string, querystring: object) => ({
    schema: { tags: ['dashboard'], summary, querystring, hide } as object,
  });

  app.get(
    `${base}/data`,
    docs('All that a view of the dashboard shows.', viewSchema),
    async (request, reply) => {
      const found = await read<ViewQuery>(viewQuery, request, reply);
      if (!found) return reply;
      return reply.header('cache-control', 'no-store').send(await readView(found.deps, found.query));
    },
  );

  const readOne = async (request: FastifyRequest, reply: FastifyReply) => {
    const found = await read<TableQuery>(tableQuery as never, request, reply);
    if (!found) return undefined;
    const answer = await readTableAnswer(found.deps, found.query);
    if (answer) return { ...found, answer };
    refuse(reply, 400, tableUnknown('table'));
    return undefined;
  };

  app.get(`${base}/table`, docs('One table, longer.', tableSchema), async (request, reply) => {
    const found = await readOne(request, reply);
    return found ? reply.header('cache-control', 'no-store').send(found.answer.body) : reply;
  });

  app.get(`${base}/table.csv`, docs('One table as CSV.', tableSchema), async (request, reply) => {
    const found = await readOne(request, reply);
    if (!found) return reply;
    const { columns, rows } = found.answer;
    return reply
      .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      .header('content-disposition', `attachment; filename="${fileName(found.query)}"`)
      .type('text/csv; charset=utf-8')
      .send(toCsv(columns, rows));
  });
};
