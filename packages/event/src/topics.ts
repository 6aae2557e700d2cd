/** The only place with topic names: producers and consumers name an output, never a string. */
export const topics = {
  /** One JSON `Event` per record, keyed by event id. */
  events: 'events',
  /** One JSON `DeadLetter` per record: hits that could not become an event, with their original bytes. */
  dead: 'events.dead',
  /** One JSON `DropRecord` per record: what was left out on purpose, and why. */
  dropped: 'events.dropped',
  /** One JSON `ReceivedRecord` per buffer entry: how many hits the tracker took in, counted at its door. */
  received: 'events.received',
  /** One JSON `ErasureRecord` per record: whose events nobody may recognise any more. Whoever reads events reads it first. */
  erased: 'erased',
} as const;

export type Topic = (typeof topics)[keyof typeof topics];

/** What is in the books: every hit that came in ends on one of them. */
export const bookedTopics = [topics.events, topics.dead, topics.dropped, topics.received] as const;
