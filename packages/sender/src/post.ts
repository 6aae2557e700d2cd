import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const pack = promisify(gzip);
/** Smaller bodies are not worth it (bytes). */
const GZIP_FROM = 1024;
/** The longest that a tracker may make us wait (ms). */
const LONGEST_ASKED = 3_600_000;

export interface ItemResult {
  id?: string;
  error?: string;
  field?: string;
  message?: string;
}

export interface Answer {
  /** 0: there was none. */
  status: number;
  /** One per item, where the tracker judged them. */
  results?: ItemResult[];
  /** Of the request as a whole. */
  error: string;
  message: string;
  /** How long the tracker asks us to wait (ms). */
  waitMs?: number;
}

export interface PostOptions {
  url: string;
  token: string | undefined;
  timeoutMs: number;
  /** Ends what is under way. */
  end: AbortSignal;
  clock: () => number;
}

const waitOf = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_ASKED);
};

const readJson = async (response: Response): Promise<Record<string, unknown>> => {
  try {
    return ((await response.json()) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
};

const post = async ({ url, token, timeoutMs, end, clock }: PostOptions, body: string): Promise<Answer> => {
  const packed = body.length >= GZIP_FROM;
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    signal: AbortSignal.any([end, AbortSignal.timeout(timeoutMs)]),
    headers: {
      'content-type': 'application/json',
      ...(packed && { 'content-encoding': 'gzip' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: packed ? await pack(body) : body,
  });
  const { status, headers } = response;
  const {
    results,
    error = `status_${status}`,
    message = `the tracker answered ${status}`,
  } = await readJson(response);
  const waitMs = waitOf(headers.get('retry-after'), clock());
  return {
    status,
    error: String(error),
    message: String(message),
    ...(Array.isArray(results) && { results: results as ItemResult[] }),
    ...(waitMs !== undefined && { waitMs }),
  };
};

/** One request; no answer is an answer with status 0. Never rejects. */
export const postBatch = async (options: PostOptions, body: string): Promise<Answer> => {
  try {
    return await post(options, body);
  } catch (error) {
    const { message, cause } = error as Error;
    return { status: 0, error: 'network', message: String((cause as Error | undefined)?.message || message) };
  }
};
