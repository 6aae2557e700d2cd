import { faultOfHit, type Hit } from '@pushtech/event';
import { type Draft, dead, type Step } from '../draft.ts';

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
    const parsed = parse(draft.line);
    if (parsed === undefined) return dead('line_invalid', 'the line is not JSON');
    if (faultOfHit(parsed) !== undefined) return dead('hit_invalid', 'the line is not a hit');
    const hit = parsed as Hit;
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
