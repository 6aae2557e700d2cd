import { checkItem, type Hit, isId, limits, parseQuery } from '@pushtech/event';

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

const MAX_TIME = Date.UTC(9999, 11, 30);
const texts = ['ip', 'ua', 'referer', 'run'] as const;

const problem = (code: string, field?: string): HitProblem =>
  field === undefined ? { code } : { code, field };

/** The engine says where it stopped, unless the text just ended. */
const syntaxProblem = (line: string, { message }: Error): HitProblem => {
  const offset = /at position (\d+)/.exec(message)?.[1];
  return { code: 'syntax', message: message.slice(0, 200), offset: offset ? Number(offset) : line.length };
};

/** The shape that the enricher asks for, in its step `parse`. */
const shapeProblem = (fields: Record<string, unknown>): HitProblem | undefined => {
  const { id, type, receivedAt, via, query, item } = fields;
  if (!isId(id)) return problem('id', 'id');
  if (typeof type !== 'string') return problem('type', 'type');
  if (typeof receivedAt !== 'number' || !(receivedAt >= 0 && receivedAt <= MAX_TIME)) {
    return problem('receivedAt', 'receivedAt');
  }
  if (!['pixel', 'post', 'redirect', 'import'].includes(via as string)) return problem('via', 'via');
  const sound = query === undefined ? typeof item === 'object' && item !== null : typeof query === 'string';
  if (!sound) return problem('content', query === undefined ? 'item' : 'query');
  const odd = texts.find((name) => fields[name] !== undefined && typeof fields[name] !== 'string');
  return odd && problem('text', odd);
};

/** What the sender says, by the rules of the enricher's step `validate`. */
const contentProblem = ({ query, item, type, via, receivedAt: now }: Hit): HitProblem | undefined => {
  let checked: ReturnType<typeof checkItem> | ReturnType<typeof parseQuery>;
  if (query === undefined) checked = checkItem(item, { now, imported: via === 'import' });
  else {
    checked = parseQuery(query, limits);
    if (checked.ok) checked = checkItem({ ...checked.params, type }, { now, imported: false, text: true });
  }
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
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    return { problem: problem('object') };
  }
  const shape = shapeProblem(fields as Record<string, unknown>);
  if (shape) return { problem: shape };
  const hit = fields as Hit;
  const content = contentProblem(hit);
  return content ? { hit, problem: content } : { hit };
};
