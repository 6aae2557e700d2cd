import type { Buffer as HitBuffer } from '@pushtech/buffer';

export type Appended = { ok: true; ms: number } | { ok: false; error: Error };

/** What has arrived while this process was busy itself is heard before the time is called up. */
const afterArrivals = (then: () => void): void => {
  setImmediate(() => setImmediate(then));
};

/** One append that gets an answer: the buffer's own, or after `withinMs` ours. It may still succeed later. */
export const appendInTime = (
  buffer: HitBuffer,
  body: string,
  durable: boolean,
  withinMs: number,
): Promise<Appended> =>
  new Promise((resolve) => {
    const began = performance.now();
    const late = () => resolve({ ok: false, error: new Error(`no answer within ${withinMs} ms`) });
    const timer = setTimeout(() => afterArrivals(late), withinMs);
    const settle = (appended: Appended) => {
      clearTimeout(timer);
      resolve(appended);
    };
    // An engine that throws at once has refused like any other.
    const answer = async () => buffer.append(body, { durable });
    answer().then(
      () => settle({ ok: true, ms: performance.now() - began }),
      (error) => settle({ ok: false, error }),
    );
  });
