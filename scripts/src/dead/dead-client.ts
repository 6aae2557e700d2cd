import { PushtechError } from '@pushtech/event';

export const filterNames = ['reason', 'step', 'type', 'site', 'id', 'from', 'to'] as const;
/** As `GET /kafidx/dead` takes it. */
export type DeadFilter = Partial<Record<(typeof filterNames)[number], string>>;

export interface LetterList {
  /** Letters the filter lets through, among those that were looked at. */
  total: number;
  complete: boolean;
  reasons: { reason: string; step: string; n: number }[];
  letters: { letter: string; reason?: string; step?: string }[];
  next?: string;
}

export interface ReplayJob {
  state: 'none' | 'running' | 'finished' | 'cancelled' | 'failed';
  startedAt?: number;
  total: number;
  done: number;
  sent: number;
  unfit: number;
  message?: string;
}

interface Refusal {
  error?: string;
  field?: string;
  message?: string;
}

const TIMEOUT_MS = 60_000;

/** Refusals that pass: somebody else is at it, or the buffer is away. */
const BUSY = new Set(['busy', 'buffer']);

const refusalOf = (status: number, { error = '', field, message = '' }: Refusal): PushtechError => {
  const said = [message || `it answered ${status}`, field].filter(Boolean).join(': ');
  if (BUSY.has(error)) return new PushtechError('DEAD_BUSY', 'retry', said);
  if (status >= 500 && error !== 'no_buffer') return new PushtechError('DEAD_UNREACHABLE', 'retry', said);
  const hint =
    status === 401 || status === 403
      ? ' (set API_TOKEN to a token with the scopes stream:read and dead:write)'
      : '';
  return new PushtechError('DEAD_REFUSED', 'fatal', said + hint);
};

/** The dead letters of a running kafidx. @param url without a path @throws PushtechError `DEAD_…`, see the README */
export const createDeadClient = (url: string, token: string) => {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== '') headers.authorization = `Bearer ${token}`;

  const ask = async (path: string, body?: object): Promise<Response> => {
    const posted = body && {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      return await fetch(`${url}/kafidx/dead${path}`, { headers, signal, redirect: 'manual', ...posted });
    } catch (error) {
      const why = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
      throw new PushtechError('DEAD_UNREACHABLE', 'retry', `${url}: ${why}`, { cause: error });
    }
  };

  const answer = async <T>(path: string, body?: object): Promise<T> => {
    const response = await ask(path, body);
    const said = await response.json().catch(() => undefined);
    if (response.ok && said !== undefined) return said as T;
    throw refusalOf(response.status, said ?? { message: `no kafidx answers at ${url} (${response.status})` });
  };

  return {
    list: (filter: DeadFilter, after?: string): Promise<LetterList> =>
      answer(`?${new URLSearchParams({ ...filter, ...(after !== undefined && { after }) })}`),
    /** Puts one letter back as it is. @returns how many hits it held */
    replayOne: async (letter: string): Promise<number> =>
      (await answer<{ sent: number }>(`/${letter}/replay`, {})).sent,
    start: (filter: DeadFilter): Promise<ReplayJob> => answer('/replays', filter),
    job: (): Promise<ReplayJob> => answer('/replays'),
  };
};

export type DeadClient = ReturnType<typeof createDeadClient>;
