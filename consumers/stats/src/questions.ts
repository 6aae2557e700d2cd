import { isTimeZone } from '@pushtech/stats';
import { z } from 'zod';

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;
const ZONED = /T.*(Z|[+-]\d\d:\d\d)$/;

/** A time without a zone is UTC. */
const readTime = (text: string): number =>
  Date.parse(ZONED.test(text) || !text.includes('T') ? text : `${text}Z`);

const time = (description: string) =>
  z
    .string()
    .refine((text) => ISO.test(text) && !Number.isNaN(readTime(text)), 'must be a time in ISO 8601')
    .transform(readTime)
    .optional()
    .describe(description);

const text = (description: string) => z.string().max(8192).optional().describe(description);

export const formatField = z.enum(['json', 'csv']).default('json').describe('json or csv');

/** What every question about numbers may say. Times become epoch ms. */
export const spanFields = {
  from: time('ISO 8601; widened to the finest bucket held'),
  to: time('ISO 8601, not included; default now'),
  site: text('only this site'),
  type: text('only this type (goal/<id>: a goal); without it all but heartbeat and goals'),
  bots: z.enum(['exclude', 'include', 'only']).default('exclude').describe('what about bots'),
  tz: z
    .string()
    .max(64)
    .refine(isTimeZone, 'must be an IANA time zone')
    .default('UTC')
    .describe('where days begin'),
  format: formatField,
};

export const ledgerFields = {
  from: time('ISO 8601, of receipt; widened to minutes'),
  to: time('ISO 8601, not included'),
  run: text('the label of one import'),
  format: formatField,
};

const MINUTE = 60_000;

interface Asked {
  from?: number | undefined;
  to?: number | undefined;
  site?: string | undefined;
  type?: string | undefined;
}

/** Open ends are closed: up to the minute that runs, and `back` ms from there (default: everything). */
export const spanOf = <T extends Asked>(query: T, now: number, back = Number.POSITIVE_INFINITY) => {
  const { from, to = Math.floor(now / MINUTE) * MINUTE + MINUTE, site, type, ...rest } = query;
  return {
    ...rest,
    to,
    from: from ?? Math.max(0, to - back),
    ...(site !== undefined && { site }),
    ...(type !== undefined && { type }),
  };
};

export const iso = (at: number): string => new Date(at).toISOString();
