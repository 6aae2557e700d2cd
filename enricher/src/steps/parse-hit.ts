import { type Hit, isId } from '@pushtech/event';
import { type Draft, dead, type Step } from '../draft.ts';

const VIAS = new Set(['pixel', 'post', 'redirect', 'import']);
/** The last day whose year has four digits. */
const MAX_TIME = Date.UTC(9999, 11, 30);

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';

/** Either the raw query or a checked item: what the other steps look at without asking again. */
const hasContent = ({ query, item }: Hit): boolean =>
  query === undefined ? typeof item === 'object' && item !== null : typeof query === 'string';

const isHit = (value: unknown): value is Hit => {
  if (typeof value !== 'object' || value === null) return false;
  const hit = value as Hit;
  return (
    isId(hit.id) &&
    typeof hit.type === 'string' &&
    typeof hit.receivedAt === 'number' &&
    hit.receivedAt >= 0 &&
    hit.receivedAt <= MAX_TIME &&
    VIAS.has(hit.via) &&
    hasContent(hit) &&
    isText(hit.ip) &&
    isText(hit.ua) &&
    isText(hit.referer) &&
    isText(hit.run)
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
