/** One record of topic `events.dead`: a hit that could not become an event. Times are ISO 8601 UTC. */
export interface DeadLetter {
  /** When the hit was received; where that cannot be read, when it was given up. */
  at: string;
  reason: string;
  step: string;
  message: string;
  id?: string;
  type?: string;
  site?: string;
  run?: string;
  /** The bytes as they lay in the buffer, the client address masked. Base64 when `encoding` says so, else UTF-8 text. */
  original: string;
  encoding: 'utf8' | 'base64';
  /** Where it lay: buffer entry and index within it. */
  position: string;
}

/** One record of topic `events.dropped`: `n` hits left out on purpose. `at` is the time of receipt, ISO 8601 UTC. */
export interface DropRecord {
  at: string;
  reason: string;
  step: string;
  n: number;
  id?: string;
  type?: string;
  site?: string;
  field?: string;
  run?: string;
}

/**
 * One record of topic `events.received`: what the tracker counted at its door while one buffer entry filled.
 * A sender's refused hits are in it too, so that received = kept + dead + dropped can be checked and is no tautology.
 */
export interface ReceivedRecord {
  /** The buffer entry's own id; the same entry delivered twice is recognised by it. */
  batch: string;
  tallies: {
    /** Start of the UTC minute of receipt, epoch ms. */
    minute: number;
    n: number;
    run?: string;
  }[];
}

/** One record of topic `erased`: of this visitor, what came in before `at` is to be forgotten. It holds no id. */
export interface ErasureRecord {
  /** HMAC-SHA-256 of the id under `SECRET_KEY`, as `createErasureKey` makes it. */
  visitor: string;
  /** ISO 8601 UTC. */
  at: string;
}
