import { topics } from '@pushtech/event';
import type { Arrival } from '../arrivals/arrivals.ts';

/** What a visitor is shown of the own visit: masked, as it is kept. Texts come from the log and may be anything. */
export type OwnVisit =
  | {
      state: 'arrived';
      receivedMs: number;
      /** From receipt to the log. */
      logMs: number;
      ip?: string;
      place: string;
      device: string;
      recognised: 'visitor' | 'anonymous' | 'bot';
      reasons: string;
    }
  | { state: 'dropped' | 'dead'; reason: string };

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '');

const inside = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined,
    value,
  );

const joined = (...parts: unknown[]): string => parts.map(text).filter(Boolean).join(', ');

const recognisedAs = (record: Record<string, unknown>): 'visitor' | 'anonymous' | 'bot' => {
  if (record.bot) return 'bot';
  return record.anonymous ? 'anonymous' : 'visitor';
};

const reasonsOf = (record: Record<string, unknown>): string => {
  const reasons = inside(record, 'bot', 'reasons');
  return Array.isArray(reasons) ? joined(...reasons) : '';
};

/** What an arrival says of the visit with this id; `undefined` when it is about another one. */
export const ownVisit = (id: string, { topic, record, at }: Arrival): OwnVisit | undefined => {
  if (text(record.id).toLowerCase() !== id) return undefined;
  if (topic === topics.dropped) return { state: 'dropped', reason: text(record.reason) };
  if (topic === topics.dead) return { state: 'dead', reason: text(record.reason) };
  const receivedMs = Date.parse(text(record.receivedAt));
  return {
    state: 'arrived',
    receivedMs,
    logMs: Math.max(0, at - receivedMs),
    ip: text(record.ip),
    place: joined(
      inside(record, 'place', 'city'),
      inside(record, 'place', 'region'),
      inside(record, 'place', 'country'),
    ),
    device: joined(
      inside(record, 'device', 'browser', 'name'),
      inside(record, 'device', 'os', 'name'),
      inside(record, 'device', 'kind'),
    ),
    recognised: recognisedAs(record),
    reasons: reasonsOf(record),
  };
};
