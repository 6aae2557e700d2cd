import { ledgerStep, openStreamStep, seenStep, summaryStep } from './arrival-steps.ts';
import { pagesStep, signInStep, strangerStep } from './screen-steps.ts';
import { pixelStep, scriptStep, sendStep } from './tracker-steps.ts';
import { askJson, type Step, type Walk } from './walk.ts';

/** Each address once: behind one front door it is the same for all. */
const places = (walk: Walk): string[] => [...new Set(Object.values(walk.places))];

const alive: Step = {
  name: 'alive',
  async take(walk) {
    for (const place of places(walk)) await askJson(walk, `${place}/healthz`);
    return undefined;
  },
};

const ready: Step = {
  name: 'ready',
  async take(walk) {
    const answers = places(walk).map((place) => askJson<{ status?: string }>(walk, `${place}/readyz`));
    const states = (await Promise.all(answers)).map(({ status }) => String(status));
    const wrong = states.find((state) => state !== 'ok' && state !== 'degraded');
    if (wrong !== undefined) throw new Error(`it says "${wrong}"`);
    return states.includes('degraded') ? 'degraded' : undefined;
  },
};

/** In the order of a first walk: what comes in, what becomes of it, what people see. */
export const steps: readonly Step[] = [
  alive,
  ready,
  strangerStep,
  signInStep,
  scriptStep,
  openStreamStep,
  pixelStep,
  sendStep,
  ledgerStep,
  summaryStep,
  seenStep,
  pagesStep,
];
