import { setTimeout as sleep } from 'node:timers/promises';
import { PushtechError } from '@pushtech/event';
import type { Ledger as StatsLedger } from '@pushtech/stats';

/** `GET /stats/ledger?run=…`; where no run was asked for there is no window. */
export type Ledger = Omit<StatsLedger, 'window' | 'road'> & Partial<Pick<StatsLedger, 'window'>>;

export interface WaitOptions {
  /** Of the stats service, without a path. */
  url: string;
  run: string;
  /** Bearer token; empty = none. */
  token: string;
  /** How many items were sent. */
  sent: number;
  /** Told each time it is looked at. */
  report: (ledger: Ledger) => void;
  /** Without progress for so long, it ends. */
  giveUpMs?: number;
}

export const droppedOf = ({ dropped }: Ledger): number => Object.values(dropped).reduce((a, b) => a + b, 0);

/**
 * Is all of a run worked off? `received` may exceed what was sent: a batch that was sent twice, because its answer was
 * lost, is received twice.
 */
export const isWorkedOff = (ledger: Ledger, sent: number): boolean =>
  ledger.received >= sent &&
  ledger.kept + ledger.dead + droppedOf(ledger) === ledger.received + ledger.redelivered &&
  ledger.counted + ledger.duplicates === ledger.kept;

/** What is missing, in words. */
export const missing = (ledger: Ledger, sent: number): string => {
  const { received, redelivered, kept, dead, counted, duplicates } = ledger;
  const settled = kept + dead + droppedOf(ledger);
  if (received < sent) return `${sent - received} of ${sent} are not received`;
  if (settled !== received + redelivered) {
    return `${received + redelivered - settled} of ${received + redelivered} are neither kept nor dead nor dropped`;
  }
  return `${kept - counted - duplicates} of ${kept} kept are not counted`;
};

const ask = async (target: string, token: string): Promise<Ledger | string> => {
  try {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    const response = await fetch(target, { headers, signal: AbortSignal.timeout(10_000) });
    if (response.ok) return (await response.json()) as Ledger;
    if (response.status < 500 && response.status !== 429) {
      throw new PushtechError(
        'REPLAY_REFUSED',
        'fatal',
        `${target} answers ${response.status}; API_TOKEN must have the scope stats:read`,
      );
    }
    return `it answers ${response.status}`;
  } catch (error) {
    if (error instanceof PushtechError) throw error;
    return (error as Error).message;
  }
};

const digits = (ledger: Ledger): string => JSON.stringify({ ...ledger, window: 0 });

/**
 * Asks until the run is worked off.
 * @throws PushtechError `REPLAY_STALLED` (retry) after 120 s without progress; it says what is missing
 */
export const waitForLedger = async (options: WaitOptions): Promise<Ledger> => {
  const { url, run, token, sent, report, giveUpMs = 120_000 } = options;
  const target = `${url}/stats/ledger?run=${encodeURIComponent(run)}`;
  let before = '';
  let problem = 'nothing was heard of it';
  let deadline = Date.now() + giveUpMs;
  for (let wait = 50; Date.now() < deadline; wait = Math.min(wait * 1.5, 1000)) {
    const ledger = await ask(target, token);
    if (typeof ledger === 'string') problem = ledger;
    else {
      report(ledger);
      if (isWorkedOff(ledger, sent)) return ledger;
      problem = missing(ledger, sent);
      if (digits(ledger) !== before) deadline = Date.now() + giveUpMs;
      before = digits(ledger);
    }
    await sleep(wait);
  }
  const message = `run ${run} stands still for ${giveUpMs / 1000} s: ${problem}. See ${target}`;
  throw new PushtechError('REPLAY_STALLED', 'retry', message);
};

/** Sums of several runs. */
export const addLedgers = (all: readonly Ledger[]): Ledger => {
  const sum: Ledger = {
    received: 0,
    redelivered: 0,
    kept: 0,
    dead: 0,
    dropped: {},
    counted: 0,
    duplicates: 0,
  };
  for (const one of all) {
    for (const name of ['received', 'redelivered', 'kept', 'dead', 'counted', 'duplicates'] as const) {
      sum[name] += one[name];
    }
    for (const [reason, n] of Object.entries(one.dropped))
      sum.dropped[reason] = (sum.dropped[reason] ?? 0) + n;
    if (one.window !== undefined) sum.window = one.window;
  }
  return sum;
};
