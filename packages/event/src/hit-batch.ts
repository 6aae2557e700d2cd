import type { DropRecord, ReceivedRecord } from './records.ts';

/** The first line of a buffer entry. */
export interface HitBatchHeader {
  v: 1;
  /** UUIDv7 of this entry: who gets it twice can tell. */
  batch: string;
  /** Epoch ms of the entry's writing. */
  at: number;
  received: ReceivedRecord['tallies'];
  /** The tracker's own refusals; they travel to topic `events.dropped`. */
  dropped: DropRecord[];
}

export interface HitBatch {
  header: HitBatchHeader;
  /** One hit per line, still as text: a broken line condemns itself only. */
  lines: string[];
}

/**
 * A buffer entry is text: a JSON header line, then one JSON `Hit` per line. Lines, so that one bad hit does not
 * condemn its batch; text, so that an engineer can read the buffer with the engine's own tools.
 */
export const encodeHitBatch = (header: HitBatchHeader, lines: readonly string[]): string =>
  lines.length === 0 ? JSON.stringify(header) : `${JSON.stringify(header)}\n${lines.join('\n')}`;

/** @throws SyntaxError or TypeError when the header cannot be read */
export const decodeHitBatch = (entry: string): HitBatch => {
  const [first = '', ...lines] = entry.split('\n');
  const header = JSON.parse(first) as HitBatchHeader;
  if (header?.v !== 1 || typeof header.batch !== 'string' || !Array.isArray(header.received)) {
    throw new TypeError('not a header of a hit batch');
  }
  if (!Array.isArray(header.dropped)) throw new TypeError('the header lists no drops');
  return { header, lines };
};
