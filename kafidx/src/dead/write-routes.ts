import type { LogRecord } from '@pushtech/log';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkAnswer, type RefusalCode, refusal } from './answers.ts';
import { parseLetter, placeText, readLetter, readPlace } from './letter.ts';
import { readLetterFilter } from './letter-filter.ts';
import { bytesOf } from './original.ts';
import { type Line, readLines } from './read-lines.ts';
import type { DeadRouteDeps } from './routes.ts';

const MOST_LINES = 1000;
const BODY_BYTES = 2 * 1024 * 1024;
const tags = ['kafidx'];

const textIn = (body: unknown): string | undefined => {
  const text = (body as { text?: unknown } | null | undefined)?.text;
  return typeof text === 'string' ? text : undefined;
};

const linesOf = (record: LogRecord, text: string): Line[] => {
  const { position, at } = parseLetter(record.value);
  return readLines(text, position ?? placeText(record), Date.parse(at ?? '') || record.at);
};

/** `POST`s of scope `dead:write`: check, replay one, replay by filter, cancel; and how far a replay is. */
export const writeRoutes = (app: FastifyInstance, deps: DeadRouteDeps): void => {
  const { guard, log, letters, replay, replays, replayed } = deps;
  const preHandler = guard.require('dead:write');
  const options = (summary: string) => ({ schema: { tags, summary }, preHandler, bodyLimit: BODY_BYTES });

  const refuse = (reply: FastifyReply, code: RefusalCode, more?: { field?: string; message?: string }) => {
    const { status, body } = refusal(code, more);
    return reply.code(status).send(body);
  };

  /** The letter of the address, or the answer that there is none. */
  const letterOf = async (request: FastifyRequest): Promise<LogRecord | undefined> => {
    const place = readPlace((request.params as { letter: string }).letter);
    return place && (await readLetter(log, place));
  };

  app.post(
    '/kafidx/dead/:letter/check',
    options('What is right and wrong with a mended letter.'),
    async (request, reply) => {
      const record = await letterOf(request);
      if (!record) return refuse(reply, 'not_found');
      const text = textIn(request.body) ?? bytesOf(parseLetter(record.value)).toString('utf8');
      return checkAnswer(linesOf(record, text));
    },
  );

  app.post(
    '/kafidx/dead/:letter/replay',
    options('Puts a letter back into the buffer, as it is or as `text` mends it.'),
    async (request, reply) => {
      if (!replay) return refuse(reply, 'no_buffer');
      const record = await letterOf(request);
      if (!record) return refuse(reply, 'not_found');
      const text = textIn(request.body) ?? bytesOf(parseLetter(record.value)).toString('utf8');
      const lines = linesOf(record, text);
      if (lines.length === 0) return refuse(reply, 'empty');
      if (lines.length > MOST_LINES) return refuse(reply, 'many');
      try {
        await replay(lines);
      } catch (error) {
        return refuse(reply, 'buffer', { message: (error as Error).message });
      }
      replayed.add(placeText(record));
      await guard.audit(request.raw, 'dead.replayed', placeText(record));
      return reply.code(202).send({ sent: lines.length, ...checkAnswer(lines) });
    },
  );

  app.post(
    '/kafidx/dead/replays',
    options('Replays all letters that a filter lets through.'),
    async (request, reply) => {
      if (!replays) return refuse(reply, 'no_buffer');
      const reading = readLetterFilter((request.body ?? {}) as Record<string, unknown>);
      if (!reading.ok) return refuse(reply, 'filter_invalid', { field: reading.field });
      await letters.refresh(1000);
      const job = replays.start(reading.filter, letters.find(reading.filter).length);
      if (!job) return refuse(reply, 'busy');
      const { reason, step, type, site } = reading.filter;
      await guard.audit(
        request.raw,
        'dead.replayed',
        [reason, step, type, site].filter(Boolean).join(' ') || '*',
      );
      return reply.code(202).send(job);
    },
  );

  app.post('/kafidx/dead/replays/cancel', options('Ends the replay that runs.'), async () => {
    await replays?.cancel();
    return replays?.job() ?? { state: 'none' };
  });

  app.get(
    '/kafidx/dead/replays',
    {
      schema: { tags, summary: 'How far the replay by filter is that runs, or ran last.' },
      preHandler: guard.require('stream:read'),
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return replays?.job() ?? { state: 'none' };
    },
  );
};
