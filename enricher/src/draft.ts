import type { Event, Hit, Item } from '@pushtech/event';

/** An event in the making: every field is there from the start, so that all drafts have one shape in memory. */
export type EventDraft = { [Field in keyof Required<Event>]: Event[Field] | undefined };

/** What travels through the steps. Each step fills in its part, in place: copying would cost more than the work. */
export interface Draft {
  /** The hit as it lay in the buffer. */
  readonly line: string;
  hit: Hit;
  item: Item;
  /** The full address, the agent and the `Referer` header that count: an import's own before the connection's. */
  ip: string | undefined;
  agent: string | undefined;
  referer: string | undefined;
  /** Epoch ms. */
  occurredAt: number;
  event: EventDraft;
}

/** Why a hit goes no further: `drop` = left out on purpose, `dead` = cannot become an event. */
export interface Verdict {
  kind: 'drop' | 'dead';
  reason: string;
  message: string;
  field?: string;
}

/** One step of the enricher. `run` changes the draft and answers `undefined`, or says why the hit goes no further. */
export interface Step {
  name: string;
  run(draft: Draft): Verdict | undefined;
}

export const drop = (reason: string, message: string): Verdict => ({ kind: 'drop', reason, message });

export const dead = (reason: string, message: string, field?: string): Verdict =>
  field === undefined ? { kind: 'dead', reason, message } : { kind: 'dead', reason, message, field };

const emptyEvent = (): EventDraft => ({
  v: 1,
  id: undefined,
  type: undefined,
  site: undefined,
  receivedAt: undefined,
  occurredAt: undefined,
  via: undefined,
  visitor: undefined,
  session: undefined,
  page: undefined,
  referrer: undefined,
  campaign: undefined,
  place: undefined,
  device: undefined,
  bot: undefined,
  ip: undefined,
  anonymous: undefined,
  run: undefined,
  properties: undefined,
});

/** A draft that only knows its line. `parse` fills in the hit, `validate` the item: no step before them looks at either. */
export const newDraft = (line: string): Draft => ({
  line,
  hit: undefined as never,
  item: undefined as never,
  ip: undefined,
  agent: undefined,
  referer: undefined,
  occurredAt: 0,
  event: emptyEvent(),
});
