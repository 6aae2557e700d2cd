import { isPushtechError } from '@pushtech/event';

/** A part of a view that could not be counted: the others are shown all the same. */
export interface Problem {
  part: string;
  /** `slow`, or the code of what went wrong. */
  code: string;
}

export interface Asking {
  /** What `question` answers; `undefined` when it fails or takes too long, which is then a problem. */
  ask<T>(part: string, question: () => Promise<T>): Promise<T | undefined>;
  problems: Problem[];
}

class Slow extends Error {}

const within = async <T>(ms: number, answer: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Slow()), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
};

const codeOf = (error: unknown): string => {
  if (error instanceof Slow) return 'slow';
  if (isPushtechError(error)) return error.code;
  throw error;
};

/** Questions beside one another, each with its own bound. @param ms how long one may take */
export const createAsking = (ms: number): Asking => {
  const problems: Problem[] = [];
  return {
    problems,
    async ask(part, question) {
      try {
        return await within(ms, question());
      } catch (error) {
        problems.push({ part, code: codeOf(error) });
        return undefined;
      }
    },
  };
};
