import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Entry } from '@pushtech/buffer';
import {
  type DropRecord,
  decodeHitBatch,
  type Hit,
  type ReceivedRecord,
  topics,
  visitorsIn,
} from '@pushtech/event';
import type { NewRecord } from '@pushtech/log';
import type { Counts } from './counts.ts';
import { type DeadFacts, deadLetter } from './dead-letter.ts';
import type { EventDraft, Step } from './draft.ts';
import type { DropPolicy } from './drop-policy.ts';
import { type Outcome, runSteps } from './run-steps.ts';
import { ERASED, type Forgotten } from './steps/drop-erased.ts';

export interface EnrichDeps {
  steps: readonly Step[];
  drops: DropPolicy;
  counts: Counts;
  /** Epoch ms. */
  clock: () => number;
  /** Nobody without it. */
  forgotten?: Forgotten;
}

/** After this many lines others get their turn: about 2 ms of work. */
const LINES_PER_TURN = 100;
const MINUTE = 60_000;

const receivedRecord = (received: ReceivedRecord): NewRecord => ({
  topic: topics.received,
  key: received.batch,
  value: JSON.stringify(received),
});

/** Whether a dead letter would keep the id of somebody who was to be forgotten. */
const tellsForgotten = (text: string, receivedAt: number, forgotten: Forgotten | undefined): boolean =>
  forgotten !== undefined && visitorsIn(text).some((visitor) => forgotten.has(visitor, receivedAt));

const droppedRecord = (dropped: DropRecord, batch: string, index: number): NewRecord => ({
  topic: topics.dropped,
  key: dropped.id ?? batch,
  value: JSON.stringify(dropped),
  headers: { origin: `${batch}/${index}` },
});

/** An entry whose header cannot be read: nobody knows what is in it, so it is one hit received and one dead letter. */
const unreadable = (entry: Entry, error: unknown, { counts, clock, forgotten }: EnrichDeps): NewRecord[] => {
  const now = clock();
  const batch = `unreadable-${entry.id}`;
  const received = receivedRecord({ batch, tallies: [{ minute: now - (now % MINUTE), n: 1 }] });
  // When it came in nobody can read: before now, at any rate, and so before an erasure that is known of.
  if (tellsForgotten(entry.body, 0, forgotten)) {
    counts.add(counts.dropped, ERASED, 1);
    const dropped = { at: new Date(now).toISOString(), reason: ERASED, step: 'parse', n: 1 };
    return [received, droppedRecord(dropped, batch, 0)];
  }
  const verdict = { reason: 'entry_invalid', message: (error as Error).message };
  const letter = deadLetter({ line: entry.body, verdict, step: 'parse', position: `${entry.id}/0`, now });
  counts.add(counts.dead, letter.reason, 1);
  return [
    received,
    { topic: topics.dead, key: batch, value: JSON.stringify(letter), headers: { origin: `${batch}/0` } },
  ];
};

const eventRecord = (event: EventDraft, origin: string): NewRecord => ({
  topic: topics.events,
  key: event.id as string,
  value: JSON.stringify(event),
  headers: { origin },
});

const deadRecord = (facts: DeadFacts, batch: string, origin: string): NewRecord => {
  const letter = deadLetter(facts);
  return { topic: topics.dead, key: letter.id ?? batch, value: JSON.stringify(letter), headers: { origin } };
};

const enrichLines = async (
  entry: Entry,
  { steps, drops, counts, clock, forgotten }: EnrichDeps,
): Promise<NewRecord[]> => {
  const { header, lines } = decodeHitBatch(entry.body);
  const { batch } = header;
  const records = [receivedRecord({ batch, tallies: header.received })];
  const dropped = drops.begin();

  const keep = ({ draft, verdict, step = '' }: Outcome, index: number): void => {
    const origin = `${batch}/${index}`;
    if (!verdict) {
      counts.kept += 1;
      records.push(eventRecord(draft.event, origin));
    } else if (verdict.kind === 'drop') {
      counts.add(counts.dropped, verdict.reason, 1);
      dropped.add(draft, verdict.reason, step, index);
    } else if (tellsForgotten(draft.line, draft.hit?.receivedAt ?? header.at, forgotten)) {
      counts.add(counts.dropped, ERASED, 1);
      dropped.add({ ...draft, hit: draft.hit ?? ({ receivedAt: header.at } as Hit) }, ERASED, step, index);
    } else {
      const { line, hit } = draft;
      counts.add(counts.dead, verdict.reason, 1);
      records.push(
        deadRecord(
          { line, hit, verdict, step, position: `${entry.id}/${index}`, now: clock() },
          batch,
          origin,
        ),
      );
    }
  };

  for (let index = 0; index < lines.length; index++) {
    keep(runSteps(steps, lines[index] as string), index);
    if (index % LINES_PER_TURN === LINES_PER_TURN - 1) await yieldToOthers();
  }
  for (const { record, index } of dropped.end()) records.push(droppedRecord(record, batch, index));
  let index = lines.length;
  for (const record of header.dropped) records.push(droppedRecord(record, batch, index++));
  return records;
};

/**
 * All records that one buffer entry gives: what was received, events, dead letters and drops, each with its origin
 * `<batch>/<index>`. Never rejects: an entry that cannot be read becomes one dead letter.
 */
export const enrichEntry = async (entry: Entry, deps: EnrichDeps): Promise<NewRecord[]> => {
  try {
    return await enrichLines(entry, deps);
  } catch (error) {
    return unreadable(entry, error, deps);
  }
};
