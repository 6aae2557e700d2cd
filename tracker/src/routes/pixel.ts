import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkItem, limits, parseQuery, TYPE_PATTERN } from '@pushtech/event';
import type { ReadAddress } from '../client-address.ts';
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
export const createPixel = ({ gather, readAddress, newId, clock }: PixelDeps) => {
  const answer = createPrebuiltAnswer(clock);

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
    if (!url.startsWith(PREFIX)) return false;
    // A HEAD asks what a GET would answer; nobody saw a page.
    if (request.method === 'HEAD') return answer(request, response, 'X-Not-Kept', 'method');
    if (request.method !== 'GET') return false;
    const now = clock();
    if (url.length > limits.urlBytes)
      return refuse(request, response, { error: 'url_too_long', field: 'url' }, now);
    const mark = url.indexOf('?');
    const raw = mark < 0 ? url.slice(PREFIX.length) : url.slice(PREFIX.length, mark);
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
