import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, withOptions } from '@pushtech/sqlite/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Buffer, type BufferOptions, openBuffer } from '../src/index.ts';

const script = new URL('./child.ts', import.meta.url);

/** Somewhere for the entries of one test. Every handle that opens the URL sees the same entries. */
export interface BufferPlace {
  url: string;
  dispose(): Promise<void>;
}

export interface ContractOptions {
  /** What an engine cannot promise, with the reason; tests by their name. */
  skip?: { reason: string; tests: string[] }[];
}

const strange = {
  empty: '',
  NUL: 'a\0b\0',
  unicode: 'Grüße, 你好, 👩‍👩‍👧, \u202Eabc, \uFEFF',
  'line ends': 'a\nb\r\nc\u2028d\n\n',
  quotes: `'"\`; DROP TABLE entries; --`,
  '1 MB': 'ä'.repeat(524_288),
};

/** What every engine must keep of the promises in `buffer.ts`. */
export const bufferContract = (
  name: string,
  open: () => Promise<BufferPlace>,
  { skip = [] }: ContractOptions = {},
): void => {
  /** Handles on one place; all closed when the test ends. */
  const setUp = async (options: Record<string, number> = {}) => {
    const place = await open();
    const url = withOptions(place.url, options);
    const handles: Buffer[] = [];
    onTestFinished(async () => {
      await Promise.all(handles.map((handle) => handle.close()));
      await place.dispose();
    });
    const handle = async (more?: BufferOptions): Promise<Buffer> => {
      const opened = await openBuffer(url, more);
      handles.push(opened);
      return opened;
    };
    return { url, handle, buffer: await handle() };
  };

  const promise = (title: string, run: () => Promise<void>): void => {
    const skipped = skip.find(({ tests }) => tests.includes(title));
    if (skipped) test.skip(`${title} (${skipped.reason})`, run);
    else test(title, run);
  };

  const bodies = async (buffer: Buffer, worker = 'w', max = 100, waitMs = 0): Promise<string[]> =>
    (await buffer.take({ worker, max, waitMs })).map((entry) => entry.body);

  /** Takes and acknowledges until nothing is left. */
  const drain = async (buffer: Buffer): Promise<string[]> => {
    const all: string[] = [];
    for (;;) {
      const entries = await buffer.take({ worker: 'drain', max: 500, waitMs: 200 });
      if (entries.length === 0) return all;
      all.push(...entries.map((entry) => entry.body));
      await buffer.ack(entries.map((entry) => entry.id));
    }
  };

  describe(`buffer contract: ${name}`, () => {
    promise('delivers the oldest first, as it was appended, at most max', async () => {
      const { buffer } = await setUp();
      for (const body of ['a', 'b', 'c']) await buffer.append(body);
      expect(await bodies(buffer, 'w', 2)).toEqual(['a', 'b']);
      expect(await bodies(buffer, 'w', 2)).toEqual(['c']);
      expect(await bodies(buffer, 'w', 2)).toEqual([]);
    });

    promise('keeps every text of Unicode', async () => {
      const { buffer } = await setUp();
      for (const body of Object.values(strange)) await buffer.append(body);
      expect(await drain(buffer)).toEqual(Object.values(strange));
    });

    promise('turns a lone surrogate, which is no text, into U+FFFD', async () => {
      const { buffer } = await setUp();
      await buffer.append('a\uD800b');
      expect(await bodies(buffer)).toEqual(['a\uFFFDb']);
    });

    promise('keeps 10,000 entries, and counts them', async () => {
      const { buffer } = await setUp();
      const sent = Array.from({ length: 10_000 }, (_, n) => `entry ${n}`);
      const before = Date.now();
      for (let at = 0; at < sent.length; at += 500) {
        await Promise.all(sent.slice(at, at + 500).map((body) => buffer.append(body)));
      }
      const status = await buffer.status();
      expect(status.entries).toBe(10_000);
      expect(status.bytes).toBeGreaterThanOrEqual(sent.join('').length);
      expect(Math.abs((status.oldestAt ?? 0) - before)).toBeLessThan(5000);
      expect(await drain(buffer)).toEqual(sent);
      expect(await buffer.status()).toMatchObject({ entries: 0, bytes: 0 });
      expect((await buffer.status()).oldestAt).toBeUndefined();
    });

    promise('answers a waiting take as soon as something comes', async () => {
      const { buffer } = await setUp();
      const begun = performance.now();
      const taken = bodies(buffer, 'w', 10, 10_000);
      await sleep(100);
      await buffer.append('late');
      expect(await taken).toEqual(['late']);
      expect(performance.now() - begun).toBeLessThan(2000);
    });

    promise('answers with nothing when waitMs is over', async () => {
      const { buffer } = await setUp();
      const begun = performance.now();
      expect(await bodies(buffer, 'w', 10, 200)).toEqual([]);
      expect(performance.now() - begun).toBeGreaterThan(190);
    });

    promise('ends the wait at the signal', async () => {
      const { buffer } = await setUp();
      const begun = performance.now();
      const signal = AbortSignal.timeout(100);
      expect(await buffer.take({ worker: 'w', max: 1, waitMs: 10_000, signal })).toEqual([]);
      expect(performance.now() - begun).toBeLessThan(2000);
      expect(await buffer.take({ worker: 'w', max: 1, waitMs: 10_000, signal })).toEqual([]);
    });

    promise('gives an entry to one worker at a time, also across handles', async () => {
      const { buffer, handle } = await setUp();
      const other = await handle();
      for (let n = 0; n < 100; n++) await buffer.append(`${n}`);
      const shares: string[] = [];
      while (shares.length < 100) {
        const both = await Promise.all([bodies(buffer, 'one', 7), bodies(other, 'two', 7)]);
        shares.push(...both.flat());
      }
      expect(new Set(shares).size).toBe(100);
      expect(shares).toHaveLength(100);
    });

    promise(
      'gives an entry that is not acknowledged to another worker after idleMs, and says so',
      async () => {
        const { buffer } = await setUp({ idleMs: 500 });
        await buffer.append('a');
        const [first] = await buffer.take({ worker: 'dead', max: 10, waitMs: 0 });
        expect(first?.redelivered).toBe(false);
        expect(await bodies(buffer, 'heir', 10, 100)).toEqual([]);
        const [again] = await buffer.take({ worker: 'heir', max: 10, waitMs: 5000 });
        expect(again).toEqual({ id: first?.id, body: 'a', redelivered: true });
        expect(await bodies(buffer, 'third', 10, 100)).toEqual([]);
      },
    );

    promise(
      'gives a worker that comes back under its name its own entries at once, but only once',
      async () => {
        const { buffer, handle } = await setUp();
        for (const body of ['mine', 'also mine']) await buffer.append(body);
        expect(await bodies(buffer, 'me')).toEqual(['mine', 'also mine']);
        expect(await bodies(buffer, 'me')).toEqual([]);
        const back = await handle();
        expect(await bodies(back, 'someone else')).toEqual([]);
        expect(await bodies(back, 'me', 10, 1000)).toEqual(['mine', 'also mine']);
        expect(await bodies(back, 'me')).toEqual([]);
      },
    );

    promise('gives every worker new entries while others hold theirs', async () => {
      const { buffer } = await setUp();
      await buffer.append('first');
      expect(await bodies(buffer, 'slow')).toEqual(['first']);
      await buffer.append('second');
      expect(await bodies(buffer, 'quick')).toEqual(['second']);
    });

    promise('deletes what is acknowledged, and nothing else', async () => {
      const { buffer } = await setUp({ idleMs: 100 });
      for (const body of ['a', 'b', 'c', 'd']) await buffer.append(body);
      const taken = await buffer.take({ worker: 'w', max: 3, waitMs: 0 });
      await buffer.ack([taken[1]?.id ?? '']);
      expect((await buffer.status()).entries).toBe(3);
      await sleep(150);
      const left = await drain(buffer);
      expect(left.toSorted()).toEqual(['a', 'c', 'd']);
    });

    promise('ignores unknown ids and acks that are repeated', async () => {
      const { buffer } = await setUp();
      await buffer.append('a');
      const [entry] = await buffer.take({ worker: 'w', max: 1, waitMs: 0 });
      const ids = [entry?.id ?? ''];
      await buffer.append('b');
      await buffer.ack([]);
      for (let n = 0; n < 3; n++) await buffer.ack(ids);
      expect(await buffer.status()).toMatchObject({ entries: 1 });
      expect(await bodies(buffer)).toEqual(['b']);
    });

    promise('refuses what would go past maxBytes with BUFFER_FULL, and takes more after an ack', async () => {
      const { buffer } = await setUp({ maxBytes: 5000 });
      let kept = 0;
      const refusal = await (async () => {
        for (; kept < 100; kept++) await buffer.append('x'.repeat(1000));
      })().catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'BUFFER_FULL', kind: 'retry' });
      expect(kept).toBeGreaterThan(0);
      expect(kept).toBeLessThanOrEqual(5);
      expect(await buffer.status()).toMatchObject({ entries: kept, maxBytes: 5000 });
      expect(await drain(buffer)).toHaveLength(kept);
      await buffer.append('x'.repeat(1000));
    });

    promise('keeps what was being appended when it was closed', async () => {
      const { buffer, handle } = await setUp();
      const sent = Array.from({ length: 50 }, (_, n) => `${n}`);
      const results = Promise.allSettled(sent.map((body) => buffer.append(body, { durable: true })));
      await buffer.close();
      const outcomes = await results;
      expect(outcomes[0]?.status).toBe('fulfilled');
      const resolved = sent.filter((_, n) => outcomes[n]?.status === 'fulfilled');
      const found = await drain(await handle());
      expect(found).toEqual(expect.arrayContaining(resolved));
    });

    promise('may be closed twice, ends waiting takes, and refuses work afterwards', async () => {
      const { buffer } = await setUp();
      const waiting = bodies(buffer, 'w', 1, 60_000);
      await sleep(20);
      await Promise.all([buffer.close(), buffer.close()]);
      await buffer.close();
      expect(await waiting).toEqual([]);
      const closed = { code: 'BUFFER_CLOSED', kind: 'fatal' };
      await expect(buffer.append('x')).rejects.toMatchObject(closed);
      await expect(buffer.take({ worker: 'w', max: 1, waitMs: 0 })).rejects.toMatchObject(closed);
    });

    promise('keeps every acknowledged append of a process that is killed', async () => {
      const { url, buffer } = await setUp();
      const child = startChild(script, url, 'append');
      await child.said('200');
      await child.kill();
      const found = new Set(await drain(buffer));
      expect(child.lines.filter((line) => !found.has(line))).toEqual([]);
    });

    promise('hands the entries of a worker that was killed to another', async () => {
      const { url, buffer } = await setUp({ idleMs: 1000 });
      for (const body of ['a', 'b']) await buffer.append(body);
      const child = startChild(script, url, 'take', 'doomed');
      await child.said('taken');
      await child.kill();
      expect(child.lines).toEqual(['a', 'b', 'taken']);
      const heir = await buffer.take({ worker: 'heir', max: 10, waitMs: 5000 });
      expect(heir.map(({ body, redelivered }) => ({ body, redelivered }))).toEqual([
        { body: 'a', redelivered: true },
        { body: 'b', redelivered: true },
      ]);
    });

    promise('wakes a waiting take when another process appends', async () => {
      const { url, buffer } = await setUp();
      const child = startChild(script, url, 'answer');
      await child.said('ready');
      const begun = performance.now();
      const taken = bodies(buffer, 'w', 1, 10_000);
      child.process.stdin?.write('from afar\n');
      expect(await taken).toEqual(['from afar']);
      expect(performance.now() - begun).toBeLessThan(2000);
      await child.kill();
    });
  });
};
