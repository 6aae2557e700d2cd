import { topics } from '@pushtech/event';
import type { Arrival } from '../../arrivals/arrivals.ts';
import type { Finding } from './look-at-page.ts';

/** What the screen is told of one record. Texts come from the log and may be anything. */
export interface Told {
  kind: 'hit' | 'unmarked' | 'dead' | 'dropped';
  findings: Finding[];
  /** Of an event: what was kept. */
  event?: Record<'type' | 'site' | 'path' | 'title' | 'ip' | 'place' | 'device' | 'source', string>;
  /** From receipt to the log, ms. */
  logMs?: number;
}

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 300) : '');

const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined,
    value,
  );

const joined = (...parts: unknown[]): string => parts.map(text).filter(Boolean).join(', ');

const eventOf = (record: Record<string, unknown>): NonNullable<Told['event']> => ({
  type: text(record.type),
  site: text(record.site),
  path: text(at(record, 'page', 'path')),
  title: text(at(record, 'page', 'title')),
  ip: text(record.ip),
  place: joined(at(record, 'place', 'city'), at(record, 'place', 'region'), at(record, 'place', 'country')),
  device: joined(
    at(record, 'device', 'browser', 'name'),
    at(record, 'device', 'os', 'name'),
    at(record, 'device', 'kind'),
  ),
  source: joined(at(record, 'referrer', 'source') ?? at(record, 'referrer', 'host')),
});

const eventFindings = (record: Record<string, unknown>, label: string): Finding[] => {
  const findings: Finding[] = [];
  const site = text(record.site);
  if (site !== label) findings.push({ id: 'otherSite', level: 'warn', values: { site, label } });
  const reasons = at(record, 'bot', 'reasons');
  if (record.bot) {
    const values = { reasons: Array.isArray(reasons) ? joined(...reasons) : '' };
    findings.push({ id: 'bot', level: 'warn', values });
  }
  if (record.anonymous) findings.push({ id: 'anonymous', level: 'warn' });
  return findings;
};

const known = new Set(['origin', 'address', 'path', 'site']);

const droppedFindings = (record: Record<string, unknown>): Finding[] => {
  const reason = text(record.reason);
  return known.has(reason)
    ? [{ id: `drop_${reason}`, level: 'bad' }]
    : [{ id: 'drop', level: 'bad', values: { reason } }];
};

/** What a record means for the check of one site with one nonce; `undefined` when it has nothing to do with it. */
export const judgeArrival = (
  { topic, record, at: appendedAt }: Arrival,
  { nonce, label }: { nonce: string; label: string },
): Told | undefined => {
  const isOfSite = record.site === label;
  if (topic === topics.dropped) {
    return isOfSite ? { kind: 'dropped', findings: droppedFindings(record) } : undefined;
  }
  if (topic === topics.dead) {
    if (!String(record.original).includes(nonce)) return undefined;
    const values = { reason: text(record.reason), message: text(record.message) };
    return { kind: 'dead', findings: [{ id: 'dead', level: 'bad', values }] };
  }
  const isMarked = at(record, 'properties', 'check') === nonce;
  if (!isMarked && !isOfSite) return undefined;
  const logMs = Math.max(0, appendedAt - Date.parse(text(record.receivedAt)));
  return {
    kind: isMarked ? 'hit' : 'unmarked',
    findings: isMarked ? eventFindings(record, label) : [],
    event: eventOf(record),
    ...(Number.isFinite(logMs) && { logMs }),
  };
};
