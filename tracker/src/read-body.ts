import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { limits } from '@pushtech/event';

const inflate = promisify(gunzip);

/** A body that cannot be understood as a whole. */
export interface BodyProblem {
  status: 400 | 403 | 413 | 415;
  error: string;
  /** Where one can be named. */
  field?: string;
  message: string;
}

/** One line that is no JSON; the others still count. */
export const NOT_JSON = Symbol('not JSON');

export type ReadBody = { ok: true; items: unknown[] } | ({ ok: false } & BodyProblem);

const problem = (status: BodyProblem['status'], error: string, message: string): ReadBody => ({
  ok: false,
  status,
  error,
  message,
});

const TYPES = new Set([
  'application/json',
  'text/plain',
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
]);

const unpack = async (bytes: Buffer, encoding: string): Promise<Buffer | BodyProblem> => {
  if (encoding === '' || encoding === 'identity') return bytes;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    return { status: 415, error: 'content_encoding', message: 'Content-Encoding may be gzip or nothing' };
  }
  try {
    // The cap is on what comes out, so a bomb costs no more than an honest body.
    return await inflate(bytes, { maxOutputLength: limits.bodyBytes });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? {
          status: 413,
          error: 'too_large',
          message: `a body is at most ${limits.bodyBytes} bytes once inflated`,
        }
      : { status: 400, error: 'not_gzip', message: 'the body says gzip and is none' };
  }
};

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return NOT_JSON;
  }
};

const parseWhole = (text: string): unknown[] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return undefined;
  }
};

/** JSON first; what is no JSON as a whole may be one JSON value per line. */
const parseText = (text: string): unknown[] | undefined => {
  const whole = parseWhole(text);
  if (whole) return whole;
  const items = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseLine);
  return items.some((item) => item !== NOT_JSON) ? items : undefined;
};

/** Reads the items of a POST: an object, an array, or a line each; plain or gzip. */
export const readBody = async (bytes: Buffer, contentType: string, encoding: string): Promise<ReadBody> => {
  const type = (contentType.split(';')[0] as string).trim().toLowerCase();
  if (type !== '' && !TYPES.has(type)) {
    return problem(415, 'content_type', 'send application/json, application/x-ndjson or text/plain');
  }
  const unpacked = await unpack(bytes, encoding.trim().toLowerCase());
  if (!Buffer.isBuffer(unpacked)) return { ok: false, ...unpacked };
  if (!isUtf8(unpacked)) return problem(400, 'not_utf8', 'the body is not UTF-8');
  const items = parseText(unpacked.toString());
  if (!items) return problem(400, 'not_json', 'the body is neither JSON nor one JSON object per line');
  if (items.length === 0) return problem(400, 'empty', 'there is no event in the body');
  if (items.length > limits.items)
    return problem(413, 'too_many', `at most ${limits.items} events in one request`);
  return { ok: true, items };
};
