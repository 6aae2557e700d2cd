import type { Guard } from '@pushtech/admin';
import { checkItem, type Item, limits } from '@pushtech/event';
import { itemSchema } from '@pushtech/event/schemas';
import type { ReadAddress } from '@pushtech/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { GatherHits, Tickets } from '../gather-hits.ts';
import { type BodyProblem, NOT_JSON, readBody } from '../read-body.ts';
import { requestFacts } from '../request-facts.ts';

export interface BatchDeps {
  gather: GatherHits;
  readAddress: ReadAddress;
  guard: Guard;
  newId: () => string;
  clock: () => number;
  /** Where events may be posted beside `/t`. */
  trackPaths: readonly string[];
}

type Result = { id: string } | { error: string; field: string; message: string };

/** What one request may do, and what all its items share. */
interface Sender {
  mayImport: boolean;
  /** By token: every item may be of any time. Open screens: only items that say they are imported. */
  byToken: boolean;
  run: string | undefined;
  /** How a hit's line ends: with the facts of the request, or with the label of the import. */
  asPost: string;
  asImport: string;
  now: number;
}

const RUN = /^[\w.:-]{1,64}$/;

const importNames = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && ('ip' in item || 'ua' in item || 'lang' in item);

/** JSON members that end an object: `,"a":1}`, or `}` when there are none. */
const endWith = (members: object): string => {
  const json = JSON.stringify(members);
  return json === '{}' ? '}' : `,${json.slice(1)}`;
};

/**
 * One JSON `Hit`, by hand: what all items of a request share is written once. An import speaks for somebody else: what the
 * request says of its sender does not belong to the event.
 */
const hitLine = (id: string, item: Item, imported: boolean, { now, asPost, asImport }: Sender): string =>
  `{"id":"${id}","type":"${item.type}","receivedAt":${now},"via":"${imported ? 'import' : 'post'}",` +
  `"item":${JSON.stringify(item)}${imported ? asImport : asPost}`;

/** What the query asks for that we cannot give. A wish that is misspelt is not passed over: the sender counts on it. */
const queryProblem = ({ run, mayImport }: Sender, ack: unknown): BodyProblem | undefined => {
  if (ack !== undefined && ack !== 'durable')
    return { status: 400, error: 'ack', field: 'ack', message: 'ack may be durable, or left out' };
  if (run === undefined) return undefined;
  if (!mayImport) {
    return { status: 403, error: 'forbidden', field: 'run', message: 'run needs a token of scope import' };
  }
  if (typeof run === 'string' && RUN.test(run)) return undefined;
  const message = 'run is a label of up to 64 letters, digits, _ . : -';
  return { status: 400, error: 'run', field: 'run', message };
};

/** Signed-in browsers may import only from our own pages, not on behalf of another site. */
const senderOf = (request: FastifyRequest, { guard, readAddress, clock }: BatchDeps): Sender => {
  const identity = guard.identify(request.raw);
  const { run } = request.query as { run?: string };
  return {
    mayImport:
      identity.scopes.has('import') && (identity.kind === 'token' || guard.originAllowed(request.raw)),
    byToken: identity.kind === 'token',
    run,
    asPost: endWith(requestFacts(request.raw, readAddress)),
    asImport: endWith({ run }),
    now: clock(),
  };
};

/**
 * `POST /t`: one event, an array, or one per line. Every item is judged alone and gets its own result, in order.
 */
export const batchRoute = (app: FastifyInstance, deps: BatchDeps): void => {
  const { gather, newId } = deps;
  const paths = new Set(['/t', ...deps.trackPaths]);

  const takeItem = (value: unknown, sender: Sender, tickets: Tickets | undefined): Result => {
    const { now, mayImport, byToken, run } = sender;
    const imported = mayImport && (byToken || run !== undefined || importNames(value));
    const refuse = (error: string, field: string, message: string): Result => {
      const drop = { reason: error, ...(field && { field }), ...(run !== undefined && imported && { run }) };
      gather.refuse(drop, now);
      return { error, field, message };
    };
    if (value === NOT_JSON) return refuse('not_json', '', 'this line is no JSON');
    const checked = checkItem(value, { now, imported });
    if (!checked.ok) return refuse(checked.error, checked.field, checked.message);
    if (!gather.hasRoom())
      return refuse('unavailable', '', 'nothing can be stored just now; send it again with the same id');
    const id = checked.item.id ?? newId();
    gather.accept(hitLine(id, checked.item, imported, sender), now, imported ? run : undefined, tickets);
    return { id };
  };

  const refuseBody = (reply: FastifyReply, { status, ...said }: BodyProblem, now: number) => {
    gather.refuse({ reason: said.error, ...(said.field !== undefined && { field: said.field }) }, now);
    return reply.code(status).send(said);
  };

  const answer = (reply: FastifyReply, results: Result[]) => {
    const errors = results.flatMap((result) => ('error' in result ? [result.error] : []));
    if (errors.length < results.length) return reply.code(202).send({ results });
    if (errors.includes('unavailable')) return reply.code(503).header('Retry-After', '1').send({ results });
    return reply.code(errors.includes('forbidden') ? 403 : 400).send({ results });
  };

  const unavailable = (reply: FastifyReply, results: Result[]) =>
    reply
      .code(503)
      .header('Retry-After', '1')
      .send({
        error: 'unavailable',
        message: 'the buffer does not answer; send the same ids again',
        results: results.map((result) =>
          'id' in result
            ? { error: 'unavailable', field: '', message: 'not stored yet', id: result.id }
            : result,
        ),
      });

  const take = async (request: FastifyRequest, reply: FastifyReply) => {
    const sender = senderOf(request, deps);
    const { ack } = request.query as { ack?: unknown };
    const problem = queryProblem(sender, ack);
    if (problem) return refuseBody(reply, problem, sender.now);
    const encoding = request.headers['content-encoding'] ?? '';
    const body = await readBody(
      (request.body as Buffer) ?? Buffer.alloc(0),
      request.headers['content-type'] ?? '',
      encoding,
    );
    if (!body.ok) return refuseBody(reply, body, sender.now);
    const tickets: Tickets | undefined = ack === 'durable' ? new Set() : undefined;
    const results = body.items.map((item) => takeItem(item, sender, tickets));
    if (tickets) {
      try {
        await Promise.all(tickets);
      } catch {
        return unavailable(reply, results);
      }
    }
    return answer(reply, results);
  };
  for (const path of paths) app.post(path, { schema: batchSchema, config: { routine: true } }, take);

  app.addHook('onError', async (request, _reply, error) => {
    // A body over the limit, cut off or too slow never reaches the handler; it was still a try to send something.
    if (request.method === 'POST' && paths.has(request.routeOptions.url ?? ''))
      gather.refuse({ reason: bodyReason(error) }, deps.clock());
  });
};

const bodyReasons: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'content_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'cut_off',
  // What Node calls a request whose sender went away, or was refused for being too slow or no HTTP.
  ECONNRESET: 'cut_off',
};

const bodyReason = (error: { code?: string; statusCode?: number }): string =>
  bodyReasons[error.code ?? ''] ?? ((error.statusCode ?? 500) < 500 ? 'body' : 'internal');

const result = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    error: { type: 'string' },
    field: { type: 'string' },
    message: { type: 'string' },
  },
} as const;

const itemShape = z.toJSONSchema(itemSchema({ now: Date.now(), imported: true }), { io: 'input' });

const batchSchema = {
  body: { anyOf: [itemShape, { type: 'array', items: itemShape, maxItems: limits.items }] },
  tags: ['tracker'],
  summary: 'Send events',
  description:
    `An object, an array or one object per line (\`application/json\`, \`application/x-ndjson\`, \`text/plain\`), plain or gzip; ` +
    `at most ${limits.items} events and ${limits.bodyBytes} bytes. Reserved names: id site url ref title vid sid at sent lat lng consent; ` +
    'every other name is a property. With scope `import` also ip, ua, lang and any `at` from 1995 on.',
  querystring: {
    type: 'object',
    properties: {
      ack: { type: 'string', enum: ['durable'], description: 'answer once the events survive a power cut' },
      run: { type: 'string', description: 'label of an import; needs scope import' },
    },
  },
  response: {
    202: {
      description: 'At least one was taken; results in the order sent.',
      type: 'object',
      properties: { results: { type: 'array', items: result } },
    },
  },
} as const;
