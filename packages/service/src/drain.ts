import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 10;

/**
 * Stops a server without failing a request. `http.Server#close` cuts idle connections at once, also one on which a
 * request is just under way; here every connection may answer once more, saying `Connection: close`.
 */
export const createDrain = (server: Server) => {
  const upgraded = new Set<Duplex>();
  const underWay = new Set<ServerResponse>();
  let draining = false;

  /** Websockets belong to their service, which ends them itself when it stops. */
  const requestConnections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count - upgraded.size)));

  const waitUntilGone = async (ms: number): Promise<void> => {
    for (const deadline = Date.now() + ms; Date.now() < deadline; ) {
      if ((await requestConnections()) <= 0) return;
      await sleep(LOOK_MS);
    }
  };

  return {
    get draining() {
      return draining;
    },
    /** Call first for every request. */
    seen(_request: IncomingMessage, response: ServerResponse): void {
      if (draining) response.shouldKeepAlive = false;
    },
    /** Call for every request that is not answered at once. */
    underWay(response: ServerResponse): void {
      underWay.add(response);
      response.once('close', () => underWay.delete(response));
    },
    /** Call for every connection that stops being HTTP. */
    upgraded(socket: Duplex): void {
      upgraded.add(socket);
      socket.once('close', () => upgraded.delete(socket));
    },
    /**
     * Stops listening, lets open connections answer, cuts what is idle after `idleMs` and everything after `capMs`.
     * Requests that have not come whole `slowMs` after their first byte are refused like any that is too slow.
     */
    async end({ idleMs, slowMs, capMs }: { idleMs: number; slowMs: number; capMs: number }): Promise<void> {
      draining = true;
      if (!server.listening) return;
      NetServer.prototype.close.call(server);
      for (const response of underWay) response.shouldKeepAlive = false;
      server.headersTimeout = Math.min(server.headersTimeout, slowMs);
      server.requestTimeout = Math.min(server.requestTimeout, slowMs);
      await waitUntilGone(idleMs);
      server.closeIdleConnections();
      await waitUntilGone(capMs);
      server.closeAllConnections();
      // What was cut still tells its service, which counts it.
      await waitUntilGone(idleMs);
    },
    /** Cuts what the services left open. */
    cut(): void {
      for (const socket of upgraded) socket.destroy();
    },
  };
};
