import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyPluginAsync } from 'fastify';

export interface ServiceStatus {
  /** What is not as it should be, in words; empty = all well. The service still works: `degraded` is not `unready`. */
  degraded: string[];
}

/**
 * What every service is to its host, alone in a process or beside others. `create<Name>(deps)` gives one; it opens
 * nothing: engines arrive as arguments, and whoever opened them closes them.
 */
export interface Service {
  /** As in the map: `tracker`, `enricher`, `stats`, `kafidx`. */
  name: string;
  routes?: FastifyPluginAsync;
  /** Sees a request before fastify does; `true` = answered. For hot paths only. */
  fast?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Sees a websocket upgrade; `true` = taken. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Begins working. */
  start(): Promise<void>;
  status(): Promise<ServiceStatus>;
  /** No request comes any more: finish, flush, commit. May be called twice, also after `failed`. */
  stop(): Promise<void>;
  /** Rejects when the service cannot go on by itself: its process then stops, and whoever watches it starts it again. */
  failed?: Promise<never>;
}
