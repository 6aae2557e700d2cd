import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@pushtech/event';
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  LogController,
  type preHandlerAsyncHookHandler,
} from 'fastify';
import type { ReadAddress } from './client-address.ts';
import { answerAndClose, createClientErrorHandler, refusalCodes } from './client-errors.ts';
import { registerDocs } from './docs.ts';
import { createDrain } from './drain.ts';
import { answerError, answerErrors } from './error-answers.ts';
import { registerHealth } from './health.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { createRequestId } from './request-id.ts';
import type { Service } from './service.ts';
import { type Watch, watchRequests } from './watch-requests.ts';

export interface HostOptions {
  /** In the order of the flow: they start last to first and stop first to last. */
  services: readonly Service[];
  /** Routes of the host itself: the front page, sign-in, assets. */
  routes?: readonly FastifyPluginAsync[];
  record: Logger;
  metrics: Metrics;
  /** Tells which requests come by a declared proxy: only those may bring an id of their own. Default: none. */
  readAddress?: ReadAddress;
  /** Guards `/metrics`. */
  requireMetrics?: preHandlerAsyncHookHandler;
  /** How long readiness says no before the doors close, for load balancers to notice (ms). */
  drainDelayMs?: number;
  /** Within how many ms a request must have come whole, its headers included. Default 15,000; looked at every second. */
  requestTimeoutMs?: number;
}

export interface Host {
  app: FastifyInstance;
  /** Starts the services, then listens. */
  listen(options: { host: string; port: number }): Promise<{ url: string; port: number }>;
  /** Readiness 503, doors closed, services stopped in the order of the flow. May be called twice. */
  close(): Promise<void>;
}

const serverOptions = (requestTimeoutMs: number) => ({
  maxHeaderSize: limits.headerBytes,
  headersTimeout: Math.min(10_000, requestTimeoutMs),
  requestTimeout: requestTimeoutMs,
  // Node looks every 30 s by default, which makes 45 s of the 15.
  connectionsCheckingInterval: 1000,
  // Longer than what proxies keep idle connections for (60 s is common), so that they close first and no request is cut.
  keepAliveTimeout: 72_000,
  optimizeEmptyRequests: true,
  // Others (`Upgrade: h2c`, say) are offers that may be passed over: the request is answered as it is.
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
});

type FrameworkErrors = typeof answerError;

const SLASH = 47;

/** `GET http://host/path`, as to a proxy: HTTP wants servers to understand that too. */
const originForm = (target: string): string => {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
};

const connect = (server: Server, services: readonly Service[], upgraded: (socket: Duplex) => void): void => {
  server.on('upgrade', (request, socket, head) => {
    upgraded(socket);
    // From here on nobody else listens: an error without a listener would end the process.
    socket.on('error', () => socket.destroy());
    if (services.some((service) => service.upgrade?.(request, socket, head))) return;
    answerAndClose(socket, '404 Not Found', { error: 'not_found', message: 'there is no websocket here' });
  });
};

/** One HTTP server for one service, or for all of them in one process. */
export const createHost = async (options: HostOptions): Promise<Host> => {
  const { services, record, metrics, drainDelayMs = 0, requestTimeoutMs = 15_000 } = options;
  const refused = new Map<string, number>();
  const fast = services.flatMap((service) => (service.fast ? [service.fast] : []));
  let drain: ReturnType<typeof createDrain> | undefined;
  let watch: Watch | undefined;

  const app = fastify({
    loggerInstance: record,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: createRequestId(options.readAddress) as never,
    bodyLimit: limits.bodyBytes,
    exposeHeadRoutes: true,
    // Fastify's own would answer a second time and cut the connection.
    clientErrorHandler: createClientErrorHandler((reason) =>
      refused.set(reason, (refused.get(reason) ?? 0) + 1),
    ),
    // Before any hook: what hooks would do is done here.
    frameworkErrors: ((error, request, reply) => {
      reply.header('x-request-id', request.id);
      reply.raw.once('finish', () => watch?.(request, reply));
      return answerError(error, request, reply);
    }) as FrameworkErrors as never,
    serverFactory(handler) {
      const server = createServer(
        serverOptions(requestTimeoutMs),
        (request: IncomingMessage, response: ServerResponse) => {
          drain?.seen(request, response);
          if (request.url?.charCodeAt(0) !== SLASH) request.url = originForm(request.url ?? '');
          for (const take of fast) if (take(request, response)) return;
          drain?.underWay(response);
          handler(request, response);
        },
      );
      server.maxHeadersCount = 200;
      drain = createDrain(server);
      connect(server, services, drain.upgraded);
      return server;
    },
  }) as unknown as FastifyInstance;

  metrics.counted(
    'pushtech_http_refused_requests_total',
    'Requests the HTTP parser refused, by reason.',
    () => refused,
    'reason',
    refusalCodes(),
  );
  watch = watchRequests(app, metrics);
  answerErrors(app);
  await registerDocs(
    app,
    services.map(({ name }) => name),
  );
  registerHealth(app, {
    services,
    metrics,
    isStopping: () => drain?.draining === true || stopping,
    requireMetrics: options.requireMetrics,
  });
  for (const routes of options.routes ?? []) await app.register(routes);
  for (const { routes } of services) if (routes) await app.register(routes);

  let stopping = false;
  let closed: Promise<void> | undefined;

  const close = async () => {
    stopping = true;
    if (app.server.listening) await sleep(drainDelayMs);
    await drain?.end({ idleMs: 300, slowMs: 2000, capMs: 8000 });
    for (const service of services) await service.stop();
    drain?.cut();
    await app.close();
  };

  return {
    app,
    async listen({ host, port }) {
      for (const service of services.toReversed()) await service.start();
      await app.ready();
      await new Promise<void>((resolve, reject) => {
        app.server.once('error', reject);
        app.server.listen({ host, port, backlog: 4096 }, resolve);
      });
      const address = app.server.address() as AddressInfo;
      return { url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`, port: address.port };
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
};
