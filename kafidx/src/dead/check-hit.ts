import { faultOfHit, type Hit, type HitFault, itemOfHit } from '@pushtech/event';

/** What is wrong: a word for the language files or a code of `checkItem`, its sentence, and where. */
export interface HitProblem {
  code: string;
  message?: string;
  field?: string;
  /** Characters from the beginning of the line. */
  offset?: number;
}

export interface HitCheck {
  /** Where it has the shape of one, whatever its sender says in it. */
  hit?: Hit;
  problem?: HitProblem;
}

/** The engine says where it stopped, unless the text just ended. */
const syntaxProblem = (line: string, { message }: Error): HitProblem => {
  const offset = /at position (\d+)/.exec(message)?.[1];
  return { code: 'syntax', message: message.slice(0, 200), offset: offset ? Number(offset) : line.length };
};

/** Fields with the same thing wrong share a word. */
const words: Partial<Record<HitFault, string>> = {
  query: 'content',
  item: 'content',
  ip: 'text',
  ua: 'text',
  referer: 'text',
  run: 'text',
};

const shapeProblem = (fault: HitFault): HitProblem =>
  fault === 'object' ? { code: fault } : { code: words[fault] ?? fault, field: fault };

const contentProblem = (hit: Hit): HitProblem | undefined => {
  const checked = itemOfHit(hit);
  return checked.ok ? undefined : { code: checked.error, message: checked.message, field: checked.field };
};

/** Whether the enricher would make an event of a line: its rules, with the place where a line is wrong. Never throws. */
export const checkHit = (line: string): HitCheck => {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch (error) {
    return { problem: syntaxProblem(line, error as Error) };
  }
  const fault = faultOfHit(fields);
  if (fault !== undefined) return { problem: shapeProblem(fault) };
  const hit = fields as Hit;
  const problem = contentProblem(hit);
  return problem ? { hit, problem } : { hit };
};
