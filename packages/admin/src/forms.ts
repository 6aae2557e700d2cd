import type { FastifyInstance, FastifyRequest } from 'fastify';

/** No form of this package is larger. */
export const FORM_BYTES = 8192;

/** Reads forms of HTML as an object of texts. For the routes of this plugin only. */
export const readForms = (app: FastifyInstance): void => {
  const type = 'application/x-www-form-urlencoded';
  if (app.hasContentTypeParser(type)) return;
  app.addContentTypeParser(type, { parseAs: 'string', bodyLimit: FORM_BYTES }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );
};

const fieldOf = (from: unknown, name: string): string => {
  const value =
    typeof from === 'object' && from !== null && Object.hasOwn(from, name)
      ? (from as Record<string, unknown>)[name]
      : '';
  return typeof value === 'string' ? value : '';
};

/** A field of the body as text; empty when it is not there, or is no text. */
export const field = (request: FastifyRequest, name: string): string => fieldOf(request.body, name);
export const queryField = (request: FastifyRequest, name: string): string => fieldOf(request.query, name);
export const param = (request: FastifyRequest, name: string): string => fieldOf(request.params, name);

/** An e-mail address as accounts have it; `undefined` for what cannot be one. */
export const readEmail = (text: string): string | undefined => {
  const email = text.trim().toLowerCase();
  return email.length <= 254 &&
    /^[^\s@<>"',;:\\()[\]\p{C}]+@[^\s@<>"',;:\\()[\]\p{C}]+\.[^\s@<>"',;:\\()[\]\p{C}.]+$/u.test(email)
    ? email
    : undefined;
};

/** A name to be shown, on one line. */
export const readName = (text: string, longest: number): string | undefined => {
  const name = text.replace(/[\s\p{C}]+/gu, ' ').trim();
  return name.length >= 1 && name.length <= longest ? name : undefined;
};
