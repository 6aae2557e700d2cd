import { newId } from '@pushtech/event';
import { causeOf, createAsk, createRoad } from './ask.ts';
import { placesOf } from './places.ts';
import { steps } from './steps.ts';
import { SkipStep, type Step, type Walk } from './walk.ts';

export interface SmokeOptions {
  /** The front door, or a pattern with `{service}` or `{nodePort}`. */
  url: string;
  /** Bearer token with all scopes; without it the session of `password` is used, without both nobody's. */
  token?: string | undefined;
  /** Of `admin`. */
  password?: string | undefined;
  /** Certificates of a private authority, PEM. */
  ca?: string | undefined;
  /** IP address of all hosts, instead of asking the name service. */
  resolve?: string | undefined;
  /** Site of the events. Default `smoke.invalid`. */
  site?: string | undefined;
  /** How long an answer may take, and an event until it is counted, in ms. Default 30,000. */
  timeoutMs?: number | undefined;
  /** Told after each step. */
  told?: (step: StepResult) => void;
}

export interface StepResult {
  name: string;
  state: 'ok' | 'failed' | 'skipped';
  ms: number;
  /** What failed, why it was skipped, or a remark. */
  note?: string;
}

export interface SmokeResult {
  /** Nothing failed. */
  ok: boolean;
  url: string;
  /** Label of this walk: `/stats/ledger?run=…`, and property `run` of its events. */
  run: string;
  steps: StepResult[];
}

const takeStep = async ({ name, take }: Step, walk: Walk): Promise<StepResult> => {
  const begun = performance.now();
  const ended = (state: StepResult['state'], note?: string): StepResult => ({
    name,
    state,
    ms: Math.round(performance.now() - begun),
    ...(note && { note }),
  });
  try {
    return ended('ok', await take(walk));
  } catch (error) {
    return ended(error instanceof SkipStep ? 'skipped' : 'failed', causeOf(error));
  }
};

const beginWalk = (options: SmokeOptions): Walk => {
  const { url, token = '', password = '', ca, resolve, site = 'smoke.invalid', timeoutMs = 30_000 } = options;
  const road = createRoad(timeoutMs, ca, resolve);
  return {
    places: placesOf(url),
    ask: createAsk(road),
    road,
    token,
    password,
    site,
    run: `smoke-${newId()}`,
    newId,
    patienceMs: timeoutMs,
    identity: token === '' ? {} : { authorization: `Bearer ${token}` },
    before: 0,
    sent: [],
  };
};

/**
 * Walks through a running installation as its users do, and leaves three events of its own site there. Where nobody is at
 * home, or it is not ready, the further steps are skipped.
 * @throws UsageError the address makes no sense
 */
export const smoke = async (options: SmokeOptions): Promise<SmokeResult> => {
  const walk = beginWalk(options);
  const results: StepResult[] = [];
  try {
    for (const [index, step] of steps.entries()) {
      const isOver = results.slice(0, 2).some(({ state }) => state === 'failed');
      const result: StepResult =
        index > 0 && isOver ? { name: step.name, state: 'skipped', ms: 0 } : await takeStep(step, walk);
      results.push(result);
      options.told?.(result);
    }
  } finally {
    walk.stream?.close();
  }
  const ok = results.every(({ state }) => state !== 'failed');
  return { ok, url: options.url, run: walk.run, steps: results };
};
