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
} as const;

export type Topic = (typeof topics)[keyof typeof topics];
