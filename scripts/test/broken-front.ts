import {
  request as ask,
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What a front door does wrong. All it leaves alone is passed on. */
export interface Fault {
  /** `true` = answered here. */
  answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Changes the request before it goes on. */
  alter?: (request: IncomingMessage) => void;
  /** Instead of passing websockets on. */
  upgrade?: (socket: Socket) => void;
}

const pass = (behind: URL, request: IncomingMessage, response: ServerResponse): void => {
  const { method, url, headers } = request;
  const { hostname, port } = behind;
  const further = ask({ hostname, port, path: url, method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  further.on('error', () => response.destroy());
  request.pipe(further);
};

const passSocket = (behind: URL, request: IncomingMessage, socket: Socket): void => {
  const further = connect(Number(behind.port), behind.hostname, () => {
    const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    further.write(`GET ${request.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
    further.pipe(socket).pipe(further);
  });
  further.on('error', () => socket.destroy());
  socket.on('error', () => further.destroy());
};

/** A front door before a running system, which may be broken in one way. */
export const startFront = async (target: string, fault: Fault = {}, tls?: { key: string; cert: string }) => {
  const behind = new URL(target);
  const listener: RequestListener = (request, response) => {
    fault.alter?.(request);
    if (!fault.answer?.(request, response)) pass(behind, request, response);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    fault.alter?.(request);
    if (fault.upgrade) fault.upgrade(socket);
    else passSocket(behind, request, socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
