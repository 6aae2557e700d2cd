import { encoded, type Protocol } from './kafkajs.ts';

const PRODUCE = 0;
/** 7 is the first that takes zstd; Kafka 2.1 to 4.x know it. */
const VERSION = 7;
/** All replicas in sync have it. */
const ACKS_ALL = -1;

export interface Produced {
  topic: string;
  partition: number;
  /** Of Kafka's protocol, 0 = it is on the log. */
  error: number;
}

export interface ToProduce {
  topic: string;
  partition: number;
  batch: Buffer;
}

const encode = (parts: readonly ToProduce[], timeoutMs: number): Buffer => {
  const topics = Map.groupBy(parts, ({ topic }) => topic);
  let size = 2 + 2 + 4 + 4;
  for (const [topic, list] of topics) {
    size += 2 + Buffer.byteLength(topic) + 4;
    for (const { batch } of list) size += 4 + 4 + batch.length;
  }
  const bytes = Buffer.allocUnsafe(size);
  // No transaction.
  let at = bytes.writeInt16BE(-1, 0);
  at = bytes.writeInt16BE(ACKS_ALL, at);
  at = bytes.writeInt32BE(timeoutMs, at);
  at = bytes.writeInt32BE(topics.size, at);
  for (const [topic, list] of topics) {
    at = bytes.writeInt16BE(Buffer.byteLength(topic), at);
    at += bytes.write(topic, at);
    at = bytes.writeInt32BE(list.length, at);
    for (const { partition, batch } of list) {
      at = bytes.writeInt32BE(partition, at);
      at = bytes.writeInt32BE(batch.length, at);
      at += batch.copy(bytes, at);
    }
  }
  return bytes;
};

const decode = (bytes: Buffer): Produced[] => {
  const found: Produced[] = [];
  let at = 4;
  for (let topics = bytes.readInt32BE(0); topics > 0; topics--) {
    const length = bytes.readInt16BE(at);
    const topic = bytes.toString('utf8', at + 2, at + 2 + length);
    at += 2 + length;
    let partitions = bytes.readInt32BE(at);
    at += 4;
    for (; partitions > 0; partitions--) {
      found.push({ topic, partition: bytes.readInt32BE(at), error: bytes.readInt16BE(at + 4) });
      at += 4 + 2 + 8 + 8 + 8;
    }
  }
  return found;
};

/** The request that appends batches, one of each partition at the most. */
export const produceRequest = (parts: readonly ToProduce[], timeoutMs: number): Protocol => ({
  request: {
    apiKey: PRODUCE,
    apiVersion: VERSION,
    apiName: 'Produce',
    encode: async () => encoded(encode(parts, timeoutMs)),
  },
  response: {
    decode: async (bytes) => ({
      clientSideThrottleTime: bytes.readInt32BE(bytes.length - 4),
      parts: decode(bytes),
    }),
    parse: async ({ parts }: { parts: Produced[] }) => parts,
  },
});
