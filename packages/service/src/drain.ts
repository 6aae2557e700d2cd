import { Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Stops a server without failing a request. `http.Server#close` cuts idle connections at once, also one on which a
 * request is just under way; here every connection may answer once more, saying `Connection: close`.
 */
export const createDrain = (server: HttpServer) => {
  let draining = false;

  return {
    get draining() {
      return draining;
    },
    /** Call first for every request. */
    seen(_request: IncomingMessage, response: ServerResponse): void {
      if (draining) response.shouldKeepAlive = false;
    },
    /** Stops listening, waits for connections to end, cuts what is still there after `capMs`. */
    async end({ idleMs, capMs }: { idleMs: number; capMs: number }): Promise<void> {
      draining = true;
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      await Promise.race([closed, sleep(idleMs)]);
      server.closeIdleConnections();
      await Promise.race([closed, sleep(capMs)]);
      server.closeAllConnections();
      await closed;
    },
  };
};
