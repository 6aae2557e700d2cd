import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkItem, limits, parseQuery, TYPE_PATTERN } from '@pushtech/event';
import type { ReadAddress } from '@pushtech/service';
import type { FastifyInstance } from 'fastify';
import type { GatherHits } from '../gather-hits.ts';
import { notKept } from '../not-kept.ts';
import { isPlainQuery } from '../plain-query.ts';
import { createPrebuiltAnswer } from '../prebuilt-answer.ts';
import { type RequestFacts, requestFacts } from '../request-facts.ts';

const PREFIX = '/t/';

export interface PixelDeps {
  gather: GatherHits;
  readAddress: ReadAddress;
  newId: () => string;
  clock: () => number;
  /** Where pixels may be asked for beside `/t`. */
  trackPaths: readonly string[];
}

interface Refusal {
  error: string;
  field: string;
  id?: string;
  type?: string;
}

const decodeType = (raw: string): string => {
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
};

/** One JSON `Hit`. Written by hand: the line is the hot path's largest cost after HTTP itself. */
const hitLine = (id: string, type: string, now: number, query: string, facts: RequestFacts): string => {
  const { ip, ua, referer, lang, hints } = facts;
  let line = `{"id":"${id}","type":"${type}","receivedAt":${now},"via":"pixel","query":${JSON.stringify(query)}`;
  if (ip) line += `,"ip":"${ip}"`;
  if (ua !== undefined) line += `,"ua":${JSON.stringify(ua)}`;
  if (referer !== undefined) line += `,"referer":${JSON.stringify(referer)}`;
  if (lang !== undefined) line += `,"lang":${JSON.stringify(lang)}`;
  if (hints) line += `,"hints":${JSON.stringify(hints)}`;
  if (facts.gpc) line += ',"gpc":true';
  if (facts.dnt) line += ',"dnt":true';
  if (facts.prefetch) line += ',"prefetch":true';
  return `${line}}`;
};

/**
 * `GET /t/<type>?…`: takes the hit and answers with the pixel, whatever it is. Runs before any router; returns `false`
 * for requests that are not its own.
 */
export const createPixel = ({ gather, readAddress, newId, clock, trackPaths }: PixelDeps) => {
  const answer = createPrebuiltAnswer(clock);
  const further = trackPaths.map((path) => `${path}/`);
  const furtherLength = (url: string): number => further.find((path) => url.startsWith(path))?.length ?? 0;

  const refuse = (
    request: IncomingMessage,
    response: ServerResponse,
    { error, field, id, type }: Refusal,
    now: number,
  ): true => {
    gather.refuse(
      {
        reason: error,
        ...(field && { field: field.slice(0, 64) }),
        ...(id && { id }),
        ...(type && { type }),
      },
      now,
    );
    return answer(request, response, 'X-Not-Kept', notKept(error, field));
  };

  const take = (
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    type: string,
    query: string,
    now: number,
  ): true => {
    if (!gather.hasRoom()) return refuse(request, response, { error: 'full', field: '', id, type }, now);
    gather.accept(hitLine(id, type, now, query, requestFacts(request, readAddress)), now);
    return answer(request, response, 'X-Event-Id', id);
  };

  return function pixel(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url as string;
    const begin = url.startsWith(PREFIX) ? PREFIX.length : furtherLength(url);
    if (begin === 0) return false;
    // A HEAD asks what a GET would answer; nobody saw a page.
    if (request.method === 'HEAD') return answer(request, response, 'X-Not-Kept', 'method');
    if (request.method !== 'GET') return false;
    const now = clock();
    if (url.length > limits.urlBytes)
      return refuse(request, response, { error: 'url_too_long', field: 'url' }, now);
    const mark = url.indexOf('?');
    const raw = mark < 0 ? url.slice(begin) : url.slice(begin, mark);
    const query = mark < 0 ? '' : url.slice(mark + 1);
    if (isPlainQuery(query) && TYPE_PATTERN.test(raw))
      return take(request, response, newId(), raw, query, now);
    const parsed = parseQuery(query, limits);
    if (!parsed.ok) return refuse(request, response, parsed, now);
    const { params } = parsed;
    params.type = decodeType(raw);
    const checked = checkItem(params, { now, imported: false, text: true });
    if (!checked.ok) return refuse(request, response, checked, now);
    const { type, id = newId() } = checked.item;
    return take(request, response, id, type, query, now);
  };
};

const pixelSchema = {
  tags: ['tracker'],
  summary: 'The pixel',
  description:
    'Takes one event and answers with a transparent GIF of 43 bytes, always with status 200. `X-Event-Id` is the id the event ' +
    'will have; `X-Not-Kept: reason; field=name` says why it was not kept. Any query name that is not reserved is a property.',
  params: {
    type: 'object',
    properties: { type: { type: 'string', description: '1 to 64 letters, digits, or _ . : -' } },
  },
  querystring: {
    type: 'object',
    properties: {
      id: { type: 'string', description: 'your own UUID, so that a retry is recognised' },
      url: { type: 'string', description: 'the page; default: the Referer header' },
      site: { type: 'string', description: 'default: the host of the page without www.' },
      ref: { type: 'string', description: 'what led to the page' },
      title: { type: 'string' },
      vid: { type: 'string', description: 'your own visitor id' },
      sid: { type: 'string', description: 'session id' },
      at: { type: 'string', description: 'when it happened: ISO 8601 or epoch ms' },
      sent: { type: 'string', description: 'the clock of the sender when sending; sets `at` right' },
      lat: { type: 'number' },
      lng: { type: 'number' },
      consent: { type: 'string', description: '0: count, but recognise nobody' },
    },
  },
} as const;

/** The same for the router: shows in `/docs`, and answers where no raw server stands in front. */
export const pixelRoute = (
  app: FastifyInstance,
  pixel: ReturnType<typeof createPixel>,
  trackPaths: readonly string[],
): void => {
  for (const path of ['/t', ...trackPaths])
    app.get(`${path}/:type`, { schema: pixelSchema, exposeHeadRoute: false }, (request, reply) => {
      reply.hijack();
      // The router takes more spellings of an address for the pixel's (`/%74/a`) than the pixel does.
      if (!pixel(request.raw, reply.raw)) reply.raw.writeHead(404).end();
    });
};
