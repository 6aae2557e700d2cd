import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface Server {
  host: string;
  port: number;
  tls?: boolean;
}

const open = ({ host, port, tls }: Server): Socket =>
  tls ? connectTls({ host, port, servername: host }) : connect({ host, port });

/** Some errors of connecting, e.g. of both addresses of `localhost`, have only a code. */
const wordsOf = (error: NodeJS.ErrnoException): string => error.message || error.code || String(error);

/**
 * Sends bytes and reads until the answer is whole.
 * @param isWhole tells by what has come so far
 * @param ms the longest wait for connection and answer together
 */
export const exchange = (
  server: Server,
  request: Uint8Array,
  isWhole: (answer: Buffer) => boolean,
  ms: number,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const socket = open(server);
    let answer: Buffer = Buffer.alloc(0);
    const fail = (message: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new Error(message));
    };
    const timer = setTimeout(() => fail(`no answer within ${ms} ms`), ms);
    socket.on('error', (error: NodeJS.ErrnoException) => fail(wordsOf(error)));
    socket.on('close', () => fail('it closed the connection'));
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (!isWhole(answer)) return;
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    });
    socket.write(request);
  });

/** Runs a question; what goes wrong becomes words. */
export const problemOf = async (ask: () => Promise<string | undefined>): Promise<string | undefined> => {
  try {
    return await ask();
  } catch (error) {
    return (error as Error).message;
  }
};
