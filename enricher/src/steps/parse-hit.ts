import { type Hit, isId } from '@pushtech/event';
import { type Draft, dead, type Step } from '../draft.ts';

const VIAS = new Set(['pixel', 'post', 'redirect', 'import']);
const MAX_TIME = 8.64e15;

const isHit = (value: unknown): value is Hit => {
  if (typeof value !== 'object' || value === null) return false;
  const { id, type, receivedAt, via, query, item } = value as Hit;
  return (
    isId(id) &&
    typeof type === 'string' &&
    typeof receivedAt === 'number' &&
    Math.abs(receivedAt) <= MAX_TIME &&
    VIAS.has(via) &&
    (typeof query === 'string' || (typeof item === 'object' && item !== null))
  );
};

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** The last time written: hits come in the order of their receipt, many within one millisecond. */
let lastTime = Number.NaN;
let lastText = '';

const isoTime = (time: number): string => {
  if (time !== lastTime) {
    lastText = new Date(time).toISOString();
    lastTime = time;
  }
  return lastText;
};

/** parse: one line of a buffer entry becomes a hit, and the event its first fields. */
export const parseHit: Step = {
  name: 'parse',
  run(draft: Draft) {
    const hit = parse(draft.line);
    if (hit === undefined) return dead('line_invalid', 'the line is not JSON');
    if (!isHit(hit)) return dead('hit_invalid', 'the line is not a hit');
    const { event } = draft;
    draft.hit = hit;
    draft.ip = hit.ip;
    draft.agent = hit.ua;
    draft.referer = hit.referer;
    draft.occurredAt = hit.receivedAt;
    event.id = hit.id;
    event.type = hit.type;
    event.receivedAt = isoTime(hit.receivedAt);
    event.occurredAt = event.receivedAt;
    event.via = hit.via;
    event.run = hit.run;
    return undefined;
  },
};
