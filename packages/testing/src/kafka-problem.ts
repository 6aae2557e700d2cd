import { exchange, problemOf, type Server } from './exchange.ts';

const METADATA = 3;
const VERSION = 1;
const CORRELATION = 4711;

/** Metadata version 1 without topics: `size key version correlation clientId(null) topics(none)`. */
const request = (): Buffer => {
  const bytes = Buffer.alloc(18);
  bytes.writeInt32BE(14, 0);
  bytes.writeInt16BE(METADATA, 4);
  bytes.writeInt16BE(VERSION, 6);
  bytes.writeInt32BE(CORRELATION, 8);
  bytes.writeInt16BE(-1, 12);
  bytes.writeInt32BE(0, 14);
  return bytes;
};

const serverOf = (broker: string): Server | undefined => {
  const url = URL.parse(`kafka://${broker}`);
  return url?.hostname && url.port
    ? { host: url.hostname.replace(/^\[|\]$/g, ''), port: +url.port }
    : undefined;
};

/** `size correlation brokers…`: how many brokers the cluster has; `undefined` = that is not Kafka. */
const brokersOf = (answer: Buffer): number | undefined =>
  answer.length >= 12 && answer.readInt32BE(4) === CORRELATION ? answer.readInt32BE(8) : undefined;

const isWhole = (answer: Buffer): boolean => answer.length >= 4 && answer.length >= answer.readInt32BE(0) + 4;

const brokerProblem = async (broker: string, wanted: number, ms: number): Promise<string | undefined> => {
  const server = serverOf(broker);
  if (!server) return `"${broker}" is no host:port`;
  const known = brokersOf(await exchange(server, request(), isWhole, ms));
  if (known === undefined) return `${broker} does not speak Kafka's protocol`;
  return known < wanted ? `${broker} knows ${known} of ${wanted} brokers` : undefined;
};

/**
 * Why the cluster does not work; `undefined` = each broker listed answers and knows at least as many as are listed.
 * @param address `host:port[,host:port…]`
 */
export const kafkaProblem = (address: string, ms: number): Promise<string | undefined> =>
  problemOf(async () => {
    const brokers = address.split(',').map((broker) => broker.trim());
    const all = await Promise.all(brokers.map((broker) => brokerProblem(broker, brokers.length, ms)));
    return all.find((problem) => problem !== undefined);
  });
