import type { LogRecord } from '@pushtech/log';
import { type Facts, gatherFacts, type TraceDeps } from './facts.ts';
import { countAgain, partsOf } from './parts.ts';
import { iso, type Trace, type TracePart, type TraceRecord, type Verdict } from './trace.ts';

const readRecord = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const toTraceRecord = ({ topic, partition, position, at, value, headers }: LogRecord): TraceRecord => ({
  topic,
  partition,
  position,
  at: iso(at),
  ...(headers?.origin !== undefined && { origin: headers.origin }),
  record: readRecord(value),
});

/** In one word. What is known for sure comes first. */
const verdictOf = (parts: readonly TracePart[]): Verdict => {
  const state = (name: string) => parts.find(({ part }) => part === name)?.state;
  const outcome = parts.find(({ part }) => part === 'kept')?.outcome;
  if (state('counted') === 'known') return 'counted';
  if (outcome) return outcome;
  if (state('kept') === 'unavailable') return 'unavailable';
  return state('kept') === 'expired' ? 'expired' : 'unknown';
};

const recordsOf = ({ events, dead, dropped }: Facts): TraceRecord[] =>
  [...events, ...dead, ...dropped]
    .map(({ record }) => record)
    .sort((a, b) => a.at - b.at)
    .map(toTraceRecord);

/** Follows one id through all parts. @param id as `isId` takes it */
export const findTrace = async (id: string, deps: TraceDeps): Promise<Trace> => {
  const facts = await gatherFacts(id.toLowerCase(), deps);
  const parts = partsOf(facts);
  return {
    id: facts.id,
    ...(facts.madeAt !== undefined && facts.madeAt < 8.64e15 && { madeAt: iso(facts.madeAt) }),
    verdict: verdictOf(parts),
    parts,
    ...countAgain(facts),
    records: recordsOf(facts),
    looked: (facts.log.ok ? facts.log.value : []).map(({ topic, since, complete }) => ({
      topic,
      since: iso(since),
      complete,
    })),
  };
};
