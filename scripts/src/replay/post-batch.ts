import { setTimeout as sleep } from 'node:timers/promises';
import { PushtechError } from '@pushtech/event';
import type { Malformed } from './progress-file.ts';

/** Items of some lines, as JSON texts. */
export interface Batch {
  number: number;
  lines: number[];
  items: string[];
}

export interface PostOptions {
  /** Of the tracker, without a path. */
  url: string;
  run: string;
  /** Bearer token; empty = none. */
  token: string;
  /** Told when the server does not take a batch and it will be tried again. */
  wait: (reason: string) => void;
  /** After so many ms without success a batch is given up. */
  giveUpMs?: number;
}

type Result = { id: string } | { error: string };

interface Answer {
  status: number;
  /** In words, where it went wrong. */
  problem: string;
  /** In ms, where the server says. */
  retryAfter: number | undefined;
  results: Result[] | undefined;
}

const TIMEOUT_MS = 60_000;

const readAnswer = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  let body: { results?: Result[]; message?: string } = {};
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    // No JSON: something else than a tracker answers here; the status says enough.
  }
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    status: response.status,
    problem: `${response.status} ${body.message ?? response.statusText}`,
    retryAfter: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    results: Array.isArray(body.results) ? body.results : undefined,
  };
};

const causeOf = (error: unknown): string => {
  const cause = (error as { cause?: { code?: string } }).cause;
  return cause?.code ?? (error as Error).message;
};

const request = async (target: string, token: string, items: readonly string[]): Promise<Answer> => {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (token) headers.authorization = `Bearer ${token}`;
  try {
    const body = `[${items.join(',')}]`;
    return await readAnswer(
      await fetch(target, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) }),
    );
  } catch (error) {
    return { status: 0, problem: causeOf(error), retryAfter: undefined, results: undefined };
  }
};

/** Worth another try: nobody there, too busy, or broken just now. */
const isPassing = ({ status }: Answer): boolean => status === 0 || status === 429 || status >= 500;

const refusal = (url: string, { problem, status }: Answer): PushtechError => {
  const hint =
    status === 401 || status === 403 || /import/.test(problem)
      ? ' Set API_TOKEN to a token with the scope import.'
      : '';
  return new PushtechError('REPLAY_REFUSED', 'fatal', `${url} does not take the log: ${problem}.${hint}`);
};

const errorOf = (result: Result | undefined): string | undefined =>
  result === undefined ? 'unavailable' : 'error' in result ? result.error : undefined;

/**
 * Sends batches to `POST /t?ack=durable`. Answers with the lines that were refused for good; what the server could not
 * take just now is sent again, with the same ids, after what `Retry-After` says or 0.2 s doubling to 5 s.
 * @throws PushtechError `REPLAY_REFUSED` (fatal) or `REPLAY_UNREACHABLE` (retry)
 */
export const createPost = ({ url, run, token, wait, giveUpMs = 120_000 }: PostOptions) => {
  const target = `${url}/t?ack=durable&run=${encodeURIComponent(run)}`;

  /** One try. Answers with what is still to be sent, and notes what is refused. */
  const tryOnce = async (batch: Batch, refused: Malformed[]): Promise<{ left: Batch; answer: Answer }> => {
    const answer = await request(target, token, batch.items);
    const { results } = answer;
    const isJudged = results?.length === batch.items.length;
    if (isPassing(answer) && !isJudged) return { left: batch, answer };
    if (!isJudged || answer.status === 403) throw refusal(url, answer);
    const left: Batch = { number: batch.number, lines: [], items: [] };
    results.forEach((result, i) => {
      const error = errorOf(result);
      const line = batch.lines[i] as number;
      if (error === 'unavailable') {
        left.lines.push(line);
        left.items.push(batch.items[i] as string);
      } else if (error !== undefined) refused.push({ line, reason: error });
    });
    return { left, answer };
  };

  return async (batch: Batch): Promise<Malformed[]> => {
    const refused: Malformed[] = [];
    const deadline = Date.now() + giveUpMs;
    let left = batch;
    for (let backOff = 200; ; backOff = Math.min(backOff * 2, 5000)) {
      const tried = await tryOnce(left, refused);
      left = tried.left;
      if (left.items.length === 0) return refused;
      const reason = tried.answer.problem;
      if (Date.now() > deadline) {
        const message = `${url} has taken nothing for ${giveUpMs / 1000} s (${reason}). The same command goes on from here.`;
        throw new PushtechError('REPLAY_UNREACHABLE', 'retry', message);
      }
      wait(reason);
      await sleep(Math.min(tried.answer.retryAfter ?? backOff, 30_000));
    }
  };
};
