import { type Draft, dead, newDraft, type Step, type Verdict } from './draft.ts';

export interface Outcome {
  draft: Draft;
  /** `undefined` = the draft's event is complete. */
  verdict?: Verdict;
  /** The step that spoke the verdict. */
  step?: string;
}

/** Takes one line through the steps. Never throws: a step that crashes makes a dead letter of this one hit. */
export const runSteps = (steps: readonly Step[], line: string): Outcome => {
  const draft = newDraft(line);
  for (const step of steps) {
    try {
      const verdict = step.run(draft);
      if (verdict) return { draft, verdict, step: step.name };
    } catch (error) {
      return { draft, verdict: dead('crash', String((error as Error)?.message ?? error)), step: step.name };
    }
  }
  return { draft };
};
