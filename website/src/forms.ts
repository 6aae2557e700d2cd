import type { FastifyInstance } from 'fastify';

/** More than any form of ours holds; a site's form has the longest lists. */
const BODY_BYTES = 65_536;

/** A field of a form as text without space around it; anything else is empty. */
export const fieldOf = (body: unknown, name: string): string => {
  const value =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value.trim() : '';
};

/** Forms are read by the routes of this plugin only. A field that comes twice counts with its last value. */
export const readForms = (app: FastifyInstance): void => {
  if (app.hasContentTypeParser('application/x-www-form-urlencoded')) return;
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: BODY_BYTES },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );
};
