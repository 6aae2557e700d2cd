/**
 * Type and label (`run`) of the events that a tracker sends once a minute to measure the road. They are counted like all
 * others, but numbers and ledger leave them out unless asked for them, and `SITES` does not apply.
 */
export const HEARTBEAT = 'heartbeat';
