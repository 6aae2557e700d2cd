import { newId } from './new-id.ts';
import { type Answer, postBatch } from './post.ts';
import type { Counts, Result, Sender, SenderOptions, SentEvent } from './types.ts';
import { bodyOf, nextBatch, pack, type Waiting } from './waiting.ts';

/** What the tracker takes in one request. */
const MOST_ITEMS = 500;
const MOST_BYTES = 1_048_576;
/** Between tries, in ms; doubled each time, and up to a quarter more or less so that senders do not march in step. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

const isAgain = (status: number): boolean => status === 0 || status === 429 || status >= 500;

/** Sends events to a tracker from a server: in batches, again where that is worth it, and never twice by count. */
export const createSender = (options: SenderOptions): Sender => {
  const { url, token, site, ack, onDrop, clock = Date.now } = options;
  const { waitMs = 1000, queueItems = 10_000, queueBytes = 32 * 1_048_576, timeoutMs = 30_000 } = options;
  const mostItems = Math.min(options.batchItems ?? MOST_ITEMS, MOST_ITEMS);
  const mostBytes = Math.min(options.batchBytes ?? MOST_BYTES, MOST_BYTES);
  const target = new URL(url);
  if (ack) target.searchParams.set('ack', ack);
  const end = new AbortController();
  const posting = { url: target.href, token, timeoutMs, end: end.signal, clock };

  let queue: Waiting[] = [];
  let bytes = 0;
  let closed = false;
  let fails = 0;
  /** Smaller after the tracker, or what stands before it, found a batch too large. */
  let itemsNow = mostItems;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let wake = (): void => {};
  const counts = { delivered: 0, retries: 0, dropped: new Map<string, number>() };

  const drop = (event: SentEvent, result: Result & { ok: false }): Result => {
    counts.dropped.set(result.error, (counts.dropped.get(result.error) ?? 0) + 1);
    try {
      onDrop?.({ event, result });
    } catch {
      // Whoever is told of a loss cannot cause another one.
    }
    return result;
  };

  /** Takes events out of the queue, each with what became of it. */
  const finish = (done: ReadonlyMap<Waiting, Result>): void => {
    queue = queue.filter((item) => !done.has(item));
    for (const [item, result] of done) {
      bytes -= item.bytes;
      if (result.ok) counts.delivered += 1;
      else drop(item.event, result);
      item.settle(result);
    }
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const alarm = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(alarm);
        resolve();
      };
    });

  const resultOf = ({ id }: Waiting, answer: Answer, index: number): Result | undefined => {
    const said = answer.results?.[index];
    if (!said) {
      const { status, error, message } = answer;
      return isAgain(status) || status < 300 ? undefined : { ok: false, id, error, message };
    }
    if (said.error === undefined) return { ok: true, id };
    if (said.error === 'unavailable') return undefined;
    const { error, field, message = error } = said;
    return { ok: false, id, error, ...(field && { field }), message };
  };

  const judge = async (batch: Waiting[], answer: Answer): Promise<void> => {
    // All of them have been given up meanwhile.
    if (end.signal.aborted) return;
    if (answer.status === 413 && batch.length > 1) {
      itemsNow = Math.ceil(batch.length / 2);
      return;
    }
    const done = new Map<Waiting, Result>();
    for (const [index, item] of batch.entries()) {
      const result = resultOf(item, answer, index);
      if (result) done.set(item, result);
    }
    finish(done);
    if (done.size === batch.length) {
      fails = 0;
      return;
    }
    counts.retries += 1;
    const own = Math.min(FIRST_WAIT * 2 ** fails++, LONGEST_WAIT) * (0.75 + Math.random() / 2);
    await pause(answer.waitMs ?? own);
  };

  const giveUp = (): void => {
    end.abort();
    wake();
    const message = 'it was not delivered before the sender was closed';
    finish(new Map(queue.map((item) => [item, { ok: false, id: item.id, error: 'unavailable', message }])));
  };

  /** One request after the other, so that events come in order, until nothing waits. */
  const work = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = nextBatch(queue, itemsNow, mostBytes);
      await judge(batch, await postBatch(posting, bodyOf(batch, clock())));
    }
  };

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    working ??= work().finally(() => {
      working = undefined;
    });
    await working;
  };

  const isFull = (size: number): boolean => queue.length >= queueItems || bytes + size > queueBytes;

  const enqueue = (item: Waiting): void => {
    queue.push(item);
    bytes += item.bytes;
    if (queue.length >= mostItems || bytes >= mostBytes) void flush();
    else if (!working) timer ??= setTimeout(flush, waitMs);
  };

  return {
    async send(event) {
      const now = clock();
      const { id = newId(now), at = now, ...rest } = event ?? {};
      const refuse = (error: string, message: string) => drop(event, { ok: false, id, error, message });
      if (closed) return refuse('closed', 'the sender is closed');
      const packed = pack({ id, at, ...(site !== undefined && { site }), ...rest }, mostBytes - 2);
      if (!packed.ok) return refuse(packed.error, packed.message);
      if (isFull(packed.bytes)) return refuse('full', 'too many events wait to be delivered');
      const { text, bytes: size } = packed;
      return new Promise((settle) => enqueue({ id, event, text, bytes: size, settle }));
    },
    flush,
    async close(withinMs = 10_000) {
      closed = true;
      const alarm = setTimeout(giveUp, withinMs);
      await flush();
      clearTimeout(alarm);
    },
    counts: (): Counts => ({
      delivered: counts.delivered,
      retries: counts.retries,
      dropped: Object.fromEntries(counts.dropped),
      waiting: queue.length,
      waitingBytes: bytes,
    }),
  };
};
