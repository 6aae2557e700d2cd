import type { IncomingMessage, ServerResponse } from 'node:http';

type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

/** One of so many is measured; a power of 2. */
const EVERY = 16;

export interface TimedAnswers {
  answer: Answer;
  counts: { answered: number };
}

/**
 * Counts what `answer` answers, and tells of every 16th how many seconds passed until the answer was handed to the system.
 * The others cost an addition.
 */
export const timeAnswers = (answer: Answer, observe: (seconds: number) => void): TimedAnswers => {
  const counts = { answered: 0 };

  const timed: Answer = (request, response) => {
    const began = performance.now();
    if (!answer(request, response)) return false;
    counts.answered += 1;
    response.once('finish', () => observe((performance.now() - began) / 1000));
    return true;
  };

  return {
    counts,
    answer(request, response) {
      if ((counts.answered & (EVERY - 1)) === 0) return timed(request, response);
      if (!answer(request, response)) return false;
      counts.answered += 1;
      return true;
    },
  };
};
