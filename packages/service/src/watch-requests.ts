import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Histogram } from 'prom-client';
import type { Metrics } from './metrics.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked for many times a second, and counted elsewhere: its answers are logged at level debug, whatever they are. */
    routine?: boolean;
  }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Requests that no route takes. */
const NO_ROUTE = 'none';

/** The route's pattern, never the address itself: what stands in there may be a secret or a visitor's id. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? NO_ROUTE;

const createCount = ({ registry }: Metrics) => {
  const registers = [registry];
  const answers = new Counter({
    name: 'pushtech_http_requests_total',
    help: 'Answered requests by route and class of status; pixels are counted elsewhere.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'pushtech_http_request_seconds',
    help: 'From the headers of a request to the end of its answer, by route.',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  return (method: string, route: string, status: number, ms: number): void => {
    answers.inc({ method, route, status: `${Math.floor(status / 100)}xx` });
    seconds.observe({ method, route }, ms / 1000);
  };
};

const levelOf = (request: FastifyRequest, status: number): 'info' | 'debug' => {
  if (request.routeOptions.config?.routine) return 'debug';
  return status >= 400 || !READS.has(request.method) ? 'info' : 'debug';
};

/** Told of each answer: counts it, and writes its line into the log. */
export type Watch = (request: FastifyRequest, reply: FastifyReply) => void;

/** Gives every answer its request's id, counts it, and logs one line when it is done. */
export const watchRequests = (app: FastifyInstance, metrics: Metrics): Watch => {
  const count = createCount(metrics);
  const watch: Watch = (request, reply) => {
    const { method } = request;
    const { statusCode: status } = reply;
    const route = routeOf(request);
    count(method, route, status, reply.elapsedTime);
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    request.log[levelOf(request, status)]({ method, route, status, ms }, 'A request was answered.');
  };
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    watch(request, reply);
    done();
  });
  return watch;
};
