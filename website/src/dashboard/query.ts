import { isTimeZone } from '@pushtech/stats';
import { z } from 'zod';
import { rangeNames } from './range.ts';

const date = (text: string) => {
  const at = Date.parse(text);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};
const inReach = (text: string) => text >= '1971-01-01' && text <= '2100-12-31';

const day = (description: string) =>
  z
    .string()
    .refine(date, 'must be a date, e.g. 2026-05-01')
    .refine(inReach, 'must be from 1971 to 2100')
    .optional()
    .describe(description);

const flag = z.enum(['0', '1']);

/** What a view of the dashboard may say of itself; the same in its address, its data and its tables. */
export const viewFields = {
  range: z
    .enum(rangeNames)
    .optional()
    .describe('a span with a name; default 7d, or custom when from is there'),
  from: day('first day, in the zone'),
  to: day('last day, in the zone'),
  tz: z
    .string()
    .max(64)
    .refine(isTimeZone, 'must be an IANA time zone')
    .optional()
    .describe('where days begin'),
  site: z.string().max(256).optional().describe('only this site'),
  type: z.string().max(256).optional().describe('only this type of event'),
  bots: z.enum(['exclude', 'include', 'only']).default('exclude').describe('what about bots'),
  compare: flag.default('1').describe('1 = with the period before'),
  metric: z.enum(['events', 'visitors']).default('visitors').describe('what the graph shows'),
  tables: z.string().max(512).optional().describe('the tables that are open, with commas between them'),
  open: z.string().max(80).optional().describe('the table of the row that is open'),
  value: z.string().max(8192).optional().describe('the row that is open; without it: not known'),
  goal: z.string().max(40).optional().describe('the goal that is open'),
  data: z.enum(['own', 'example']).default('own').describe('your own numbers or the example'),
};

const needsDates = (view: {
  range?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}) => view.range !== 'custom' || view.from !== undefined;

const inOrder = ({ from, to }: { from?: string | undefined; to?: string | undefined }) =>
  from === undefined || to === undefined || from <= to;

const rules = <Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>) =>
  schema
    .strict()
    .refine((view) => needsDates(view as never), {
      path: ['from'],
      message: 'must be there for a custom range',
    })
    .refine((view) => inOrder(view as never), { path: ['to'], message: 'must not be before from' });

const view = z.object(viewFields);
const table = z.object({
  ...viewFields,
  table: z.string().max(80).describe('path, page, source, …, series, goals, ledger'),
  limit: z.coerce.number().int().min(1).max(10_000).default(100).describe('rows at the most'),
});

export const viewQuery = rules(view);
export const tableQuery = rules(table);
export const viewSchema = z.toJSONSchema(view, { io: 'input', target: 'openapi-3.0' });
export const tableSchema = z.toJSONSchema(table, { io: 'input', target: 'openapi-3.0' });

export type ViewQuery = z.output<typeof view>;
export type TableQuery = z.output<typeof table>;

export interface Refusal {
  error: string;
  field: string;
  message: string;
}

/** What is wrong first, with the name of the field. */
export const refusalOf = (error: z.ZodError): Refusal => {
  const issue = error.issues[0];
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  return { error: 'value_invalid', field: field ?? '', message: issue?.message ?? 'not understood' };
};
