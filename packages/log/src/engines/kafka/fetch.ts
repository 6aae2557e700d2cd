import { encoded, type Protocol } from './kafkajs.ts';

const FETCH = 1;
/** Kafka 2.3 to 4.x know it; later ones name topics by ids. */
const VERSION = 11;

export interface ToFetch {
  topic: string;
  partition: number;
  position: number;
  maxBytes: number;
}

export interface Fetched {
  topic: string;
  partition: number;
  /** Of Kafka's protocol. */
  error: number;
  /** Record batches, the last perhaps cut off. */
  bytes: Buffer;
}

const encode = (wanted: readonly ToFetch[], { waitMs, maxBytes }: FetchLimits): Buffer => {
  const topics = Map.groupBy(wanted, ({ topic }) => topic);
  let size = 4 + 4 + 4 + 4 + 1 + 4 + 4 + 4 + 4 + 2;
  for (const [topic, list] of topics) size += 2 + Buffer.byteLength(topic) + 4 + list.length * 28;
  const bytes = Buffer.allocUnsafe(size);
  // A consumer, no replica.
  let at = bytes.writeInt32BE(-1, 0);
  at = bytes.writeInt32BE(waitMs, at);
  at = bytes.writeInt32BE(1, at);
  at = bytes.writeInt32BE(maxBytes, at);
  // Read what is there, no fetch session.
  at = bytes.writeInt8(0, at);
  at = bytes.writeInt32BE(0, at);
  at = bytes.writeInt32BE(-1, at);
  at = bytes.writeInt32BE(topics.size, at);
  for (const [topic, list] of topics) {
    at = bytes.writeInt16BE(Buffer.byteLength(topic), at);
    at += bytes.write(topic, at);
    at = bytes.writeInt32BE(list.length, at);
    for (const { partition, position, maxBytes: most } of list) {
      at = bytes.writeInt32BE(partition, at);
      at = bytes.writeInt32BE(-1, at);
      at = bytes.writeBigInt64BE(BigInt(position), at);
      at = bytes.writeBigInt64BE(-1n, at);
      at = bytes.writeInt32BE(most, at);
    }
  }
  at = bytes.writeInt32BE(0, at);
  bytes.writeInt16BE(0, at);
  return bytes;
};

const decode = (bytes: Buffer): { clientSideThrottleTime: number; error: number; parts: Fetched[] } => {
  const parts: Fetched[] = [];
  let at = 4 + 2 + 4;
  let topics = bytes.readInt32BE(at);
  at += 4;
  for (; topics > 0; topics--) {
    const length = bytes.readInt16BE(at);
    const topic = bytes.toString('utf8', at + 2, at + 2 + length);
    at += 2 + length;
    let partitions = bytes.readInt32BE(at);
    at += 4;
    for (; partitions > 0; partitions--) {
      const partition = bytes.readInt32BE(at);
      const error = bytes.readInt16BE(at + 4);
      const aborted = bytes.readInt32BE(at + 30);
      at += 34 + Math.max(0, aborted) * 16 + 4;
      const size = Math.max(0, bytes.readInt32BE(at));
      at += 4;
      parts.push({ topic, partition, error, bytes: bytes.subarray(at, at + size) });
      at += size;
    }
  }
  return { clientSideThrottleTime: bytes.readInt32BE(0), error: bytes.readInt16BE(4), parts };
};

export interface FetchLimits {
  /** How long the broker waits for a first record. */
  waitMs: number;
  maxBytes: number;
}

/** The request for records. Its answer is read here too: kafkajs' way makes some ten objects of each record. */
export const fetchRequest = (wanted: readonly ToFetch[], limits: FetchLimits): Protocol => ({
  request: {
    apiKey: FETCH,
    apiVersion: VERSION,
    apiName: 'Fetch',
    encode: async () => encoded(encode(wanted, limits)),
  },
  response: {
    decode: async (bytes) => decode(bytes),
    parse: async ({ parts }: { parts: Fetched[] }) => parts,
  },
});
