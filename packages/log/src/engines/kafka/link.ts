import type { Socket } from 'node:net';
import { logError } from '../../errors.ts';
import {
  type Connection,
  createConnection,
  type Protocol,
  requestOf,
  type Versions,
  versionsRequest,
} from './kafkajs.ts';
import type { Address, KafkaSettings } from './settings.ts';

/** From the first packet to the end of the log-in. */
const OPEN_MS = 4000;
/** An answer that takes longer is not waited for. */
export const CALL_MS = 5000;

/** One open connection to a broker. */
export interface Link {
  address: Address;
  isUp(): boolean;
  /** Asks by the name of a request of Kafka's protocol. After `ms` without an answer the connection is cut. */
  call<T>(name: string, args: object, ms?: number): Promise<T>;
  /** The same with a request of our own making. */
  send<T>(protocol: Protocol, ms?: number): Promise<T>;
  cut(reason: string): void;
}

export const addressName = ({ host, port }: Address): string => `${host}:${port}`;

interface Problem extends Error {
  code?: string | number;
  type?: string;
}

const closedEarly = /closed|disconnected before|ECONNRESET|EPIPE|socket hang up|within/i;

/** What to look at when a connection cannot be opened. */
const hint = ({ message, name }: Problem, { ssl, sasl }: KafkaSettings, step: string): string => {
  if (/SASL|authentication/i.test(name) || step === 'log-in') {
    return sasl ? ': check user, password and option sasl' : ': the broker wants a log-in; see option sasl';
  }
  if (/self.signed|certificate|unable to (get|verify)|altname|Hostname/i.test(message)) {
    return ': the certificate is not trusted; see options ca and servername';
  }
  if (ssl && /wrong version number|SSL routines|EPROTO/i.test(message)) {
    return ': this port does not speak TLS; use kafka: instead of kafka+tls:';
  }
  if (ssl && step === 'connect' && closedEarly.test(message)) {
    return ': the broker ended the TLS handshake; a port without TLS wants kafka: instead of kafka+tls:';
  }
  if (step === 'first question' && !sasl) return ': the broker may want a log-in; see option sasl';
  if (step === 'greeting' && closedEarly.test(message)) {
    return ': the port is not one of Kafka without TLS and log-in; it may want kafka+tls: or option sasl';
  }
  return '';
};

const openError = (error: Problem, address: Address, settings: KafkaSettings, step: string) => {
  const cause = error.message.replace(/^(Failed to connect|Connection error): /, '');
  return logError(
    'LOG_DOWN',
    `Kafka at ${addressName(address)} (${step}): ${cause}${hint(error, settings, step)}`,
    error,
  );
};

const end = (connection: Connection, reason: string): void => {
  const error = Object.assign(new Error(reason), { retriable: true });
  connection.authHandlers?.onError();
  connection.rejectRequests(error);
  connection.socket?.destroy();
  connection.disconnect().catch(() => {});
};

const greet = async (connection: Connection): Promise<Versions> => {
  const answer = (await connection.send(versionsRequest())) as {
    apiVersions: { apiKey: number; minVersion: number; maxVersion: number }[];
  };
  return Object.fromEntries(answer.apiVersions.map(({ apiKey, ...range }) => [apiKey, range]));
};

const quieten = (socket: Socket | undefined): void => {
  socket?.setNoDelay(true);
  // After `end` nobody of kafkajs listens for sure, and an unheard error would end the process.
  socket?.on('error', () => {});
};

/**
 * Opens a connection: TCP, TLS, versions, log-in.
 * @throws PushtechError `LOG_DOWN` (retry) that says which step failed and which setting to look at
 */
export const openLink = async (settings: KafkaSettings, address: Address): Promise<Link> => {
  const { ssl, sasl, socketFactory } = settings;
  const connection = createConnection({ ...address, ssl, sasl, socketFactory, connectMs: OPEN_MS });
  let step = 'connect';
  let late: string | undefined;
  const timer = setTimeout(() => {
    late = `no answer within ${OPEN_MS / 1000} s`;
    end(connection, late);
  }, OPEN_MS);
  let versions: Versions;
  try {
    await connection.connect();
    quieten(connection.socket);
    step = 'greeting';
    versions = await greet(connection);
    step = 'log-in';
    connection.setVersions(versions);
    connection.setSupportAuthenticationProtocol(versions[36] !== undefined);
    await connection.authenticate();
  } catch (error) {
    end(connection, 'not opened');
    throw openError(late === undefined ? (error as Problem) : new Error(late), address, settings, step);
  } finally {
    clearTimeout(timer);
  }

  const cut = (reason: string): void => end(connection, `${addressName(address)}: ${reason}`);
  let hasAnswered = false;
  const send = async <T>(protocol: Protocol, ms: number = CALL_MS): Promise<T> => {
    // kafkajs would write into a connection that hangs for ever, and wait as long (half-open sockets).
    const deadline = setTimeout(
      () => cut(`no answer to ${protocol.request.apiName} within ${ms / 1000} s`),
      ms,
    );
    try {
      const answer = (await connection.send(protocol)) as T;
      hasAnswered = true;
      return answer;
    } catch (error) {
      // A port that wants a log-in still greets everybody.
      const isShut = !hasAnswered && (error as Error).name === 'KafkaJSConnectionClosedError';
      throw isShut ? openError(error as Problem, address, settings, 'first question') : error;
    } finally {
      clearTimeout(deadline);
    }
  };
  return {
    address,
    isUp: () => connection.isConnected(),
    send,
    call: (name, args, ms) => send(requestOf(versions, name, args), ms),
    cut,
  };
};
