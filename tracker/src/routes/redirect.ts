import { checkItem, type Hit, isSignedTarget, limits, parseQuery } from '@pushtech/event';
import type { ReadAddress } from '@pushtech/service';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { GatherHits } from '../gather-hits.ts';
import { notKept } from '../not-kept.ts';
import { requestFacts } from '../request-facts.ts';

export interface RedirectDeps {
  gather: GatherHits;
  readAddress: ReadAddress;
  secretKey: string;
  newId: () => string;
  clock: () => number;
}

/** http(s) only, no user name in it, nothing that browsers read differently than we do. */
const isSafeTarget = (target: string): boolean => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (!/^https?:\/\//i.test(target) || /[\\\s\u0000-\u001f\u007f]/.test(target)) return false;
  try {
    const { protocol, username, password, hostname } = new URL(target);
    return (
      (protocol === 'http:' || protocol === 'https:') && username === '' && password === '' && hostname !== ''
    );
  } catch {
    return false;
  }
};

/** The event's query: what came along, without the signature, and with the target as a property of its own name. */
const eventQuery = (params: Record<string, string>, target: string): string => {
  const pairs = Object.entries(params).filter(([name]) => name !== 'u' && name !== 's' && name !== 'type');
  const cut = Buffer.from(target)
    .subarray(0, limits.valueBytes)
    .toString()
    .replace(/\ufffd+$/, '');
  return new URLSearchParams([...pairs, ['target', cut]]).toString();
};

const redirectSchema = {
  tags: ['tracker'],
  summary: 'Click through to a signed target',
  querystring: {
    type: 'object',
    properties: {
      u: { type: 'string', description: 'the target, http or https' },
      s: { type: 'string', description: 'its signature' },
      type: { type: 'string', description: 'event type, default click' },
    },
  },
} as const;

/** `GET /r?u=<target>&s=<signature>`: counts the click and sends the browser on. Only signed targets: no open redirect. */
export const redirectRoute = (app: FastifyInstance, deps: RedirectDeps): void => {
  const { gather, readAddress, secretKey, newId, clock } = deps;

  const refuse = (reply: FastifyReply, error: string, field: string, message: string) => {
    gather.refuse({ reason: error, field }, clock());
    return reply.code(400).send({ error, field, message });
  };

  app.get('/r', { schema: redirectSchema, exposeHeadRoute: false }, async (request, reply) => {
    const url = request.raw.url as string;
    if (url.length > limits.urlBytes)
      return refuse(reply, 'url_too_long', 'url', 'the address is longer than 8 KB');
    const parsed = parseQuery(url.slice(url.indexOf('?') + 1 || url.length), limits);
    if (!parsed.ok) return refuse(reply, parsed.error, parsed.field, parsed.message);
    const { u: target = '', s: signature = '', type = 'click' } = parsed.params;
    if (!isSafeTarget(target)) return refuse(reply, 'target', 'u', 'u must be an http or https address');
    if (!isSignedTarget(secretKey, target, signature))
      return refuse(reply, 'signature', 's', 'the link is not signed by us');

    const now = clock();
    const query = eventQuery(parsed.params, target);
    const again = parseQuery(query, limits);
    const checked = again.ok
      ? checkItem({ ...again.params, type }, { now, imported: false, text: true })
      : again;
    if (!checked.ok) {
      gather.refuse({ reason: checked.error, field: checked.field }, now);
      reply.header('X-Not-Kept', notKept(checked.error, checked.field));
    } else if (!gather.hasRoom()) {
      gather.refuse({ reason: 'full' }, now);
      reply.header('X-Not-Kept', 'full');
    } else {
      const { id = newId() } = checked.item;
      const hit: Hit = {
        id,
        type,
        receivedAt: now,
        via: 'redirect',
        query,
        ...requestFacts(request.raw, readAddress),
      };
      gather.accept(JSON.stringify(hit), now);
      reply.header('X-Event-Id', id);
    }
    return reply
      .header('Referrer-Policy', 'no-referrer')
      .header('Cache-Control', 'no-store')
      .redirect(target, 302);
  });
};
