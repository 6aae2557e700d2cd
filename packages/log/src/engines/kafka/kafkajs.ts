// The only file that knows kafkajs. Used of it: connections, TLS, SASL, the version of each request, and the requests
// themselves. Not used: its producer, consumer and admin client, whose traps the README names.
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

const load = createRequire(import.meta.url);

/** A request and how its answer is read. */
export interface Protocol {
  request: { apiKey: number; apiVersion: number; apiName: string; encode: () => Promise<Encoded> };
  response: {
    decode: (raw: Buffer) => Promise<unknown>;
    parse: (data: never) => Promise<unknown>;
  };
}

/** What kafkajs takes for its own `Encoder`: a body that is written already. */
export interface Encoded {
  buf: Buffer;
  buffer: Buffer;
}

export const encoded = (buffer: Buffer): Encoded => ({ buf: buffer, buffer });

export type Versions = Record<number, { minVersion: number; maxVersion: number }>;

export interface Sasl {
  mechanism: string;
  username: string;
  password: string;
}

export type SocketFactory = (options: {
  host: string;
  port: number;
  ssl: object | undefined;
  onConnect: () => void;
}) => Socket;

export interface Connection {
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  isConnected(): boolean;
  authenticate(): Promise<void>;
  setVersions(versions: Versions): void;
  setSupportAuthenticationProtocol(yes: boolean): void;
  send(protocol: Protocol): Promise<unknown>;
  rejectRequests(error: Error): void;
  authHandlers: { onError(): void } | null;
  socket?: Socket;
}

interface Definition {
  versions: string[];
  protocol(of: { version: number }): (args: object) => Protocol;
}

type Lookup = (apiKey: number, definition: Definition) => (args: object) => Protocol;

const apiKeys = load('kafkajs/src/protocol/requests/apiKeys.js') as Record<string, number>;
const { requests, lookup } = load('kafkajs/src/protocol/requests/index.js') as {
  requests: Record<string, Definition>;
  lookup: (versions: Versions) => Lookup;
};

/** kafkajs' own error for a code that a broker answered: with `type`, `code` and `retriable`. */
export const { createErrorFromCode } = load('kafkajs/src/protocol/error.js') as {
  createErrorFromCode: (code: number) => Error & { type: string; code: number; retriable: boolean };
};

/** How members say what they want and what they are given, in the form every Kafka tool reads. */
export const { MemberMetadata, MemberAssignment } = load('kafkajs/src/consumer/assignerProtocol.js') as {
  MemberMetadata: {
    encode(of: { version: number; topics: string[]; userData: Buffer }): Buffer;
    decode(buffer: Buffer): { topics: string[]; userData: Buffer | null };
  };
  MemberAssignment: {
    encode(of: { version: number; assignment: Record<string, number[]> }): Buffer;
    decode(buffer: Buffer): { assignment: Record<string, number[]> } | null;
  };
};

const RequestQueue = load('kafkajs/src/network/requestQueue/index.js') as {
  prototype: { pending: unknown[]; scheduleCheckPendingRequests(): void };
};

// kafkajs 2.2.4 plans a check of its queue also when nothing waits in it, with a negative delay: an idle connection that
// was used once then polls every millisecond, 5 % of a core (tulios/kafkajs#1751). Nothing waiting needs no check.
const { scheduleCheckPendingRequests } = RequestQueue.prototype;
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: typeof RequestQueue.prototype): void {
  if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
};

const { createLogger, LEVELS } = load('kafkajs/src/loggers/index.js') as {
  createLogger: (of: { level: number; logCreator: () => () => void }) => object;
  LEVELS: { NOTHING: number };
};
const NetConnection = load('kafkajs/src/network/connection.js') as new (options: object) => Connection;
const defaultSockets = (load('kafkajs/src/network/socketFactory.js') as () => SocketFactory)();

/** Silent: every failure reaches whoever made the call, who knows better whether it is worth a word. */
const logger = createLogger({ level: LEVELS.NOTHING, logCreator: () => () => {} });

/** Answers whose errors we read ourselves, one by one: kafkajs would throw the first for all. */
const RAW = ['Metadata', 'CreateTopics', 'ListOffsets'];

/** The request by its name, in the highest version that both sides know. */
export const requestOf = (versions: Versions, name: string, args: object): Protocol => {
  const definition = requests[name] as Definition;
  const protocol = lookup(versions)(apiKeys[name] as number, definition)(args);
  if (!RAW.includes(name)) return protocol;
  return { ...protocol, response: { ...protocol.response, parse: async (data) => data } };
};

/** The question which versions a broker knows; in version 2, which all brokers from 2.0 to 4.x answer. */
export const versionsRequest = (): Protocol =>
  (requests.ApiVersions as Definition).protocol({ version: 2 })({});

export interface ConnectionOptions {
  host: string;
  port: number;
  ssl: object | undefined;
  sasl: Sasl | undefined;
  /** For tests. */
  socketFactory?: SocketFactory | undefined;
  connectMs: number;
}

/** A connection that is not open yet. Timeouts of requests are the caller's: kafkajs' timer would wake ten times a second. */
export const createConnection = ({ ssl, sasl, socketFactory, connectMs, ...to }: ConnectionOptions) =>
  new NetConnection({
    ...to,
    ssl,
    // A copy: kafkajs keeps the mechanism's state in it.
    sasl: sasl && { ...sasl },
    clientId: 'pushtech',
    logger,
    socketFactory: socketFactory ?? defaultSockets,
    connectionTimeout: connectMs,
    requestTimeout: 60_000,
    enforceRequestTimeout: false,
  });
