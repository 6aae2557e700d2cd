import { pixelUrl, showPixel } from './pixel.ts';
import { LEASE, type Queue, type Waiting } from './queue.ts';
import { safely } from './safely.ts';

/** UTF-16 units in one request: what the browser sends for a page that is gone is at most 64 KB. */
const MOST_TEXT = 20_000;
const MOST_ITEMS = 100;
/** Between tries, in ms: the first, the longest of ours, the longest that a tracker may ask for. */
const FIRST = 1000;
const LONGEST = 300_000;
const LONGEST_ASKED = 3_600_000;

export interface TransportDeps {
  /** Where `POST` goes; a pixel is `to/<type>`. */
  to: string;
  queue: Queue;
  /** True while nobody may be recognised. */
  refused: () => boolean;
  clock: () => number;
}

interface Answer {
  /** Per item, where the tracker itself has answered. */
  results: { error?: string }[] | undefined;
  /** Without results: is it worth another try? */
  again: boolean;
  /** What the tracker asks for, in ms; 0 = nothing. */
  wait: number;
}

const ask = async (to: string, body: string): Promise<Answer> => {
  const answer = await fetch(to, {
    method: 'POST',
    // No cookies; and as text, which it is by itself, no question of the browser before it (CORS preflight).
    credentials: 'omit',
    keepalive: body.length <= MOST_TEXT,
    body,
  });
  const { status, ok, headers } = answer;
  const { results } = await answer.json().catch(() => ({}));
  const wait = Math.min(Number(headers.get('retry-after')) * 1000 || 0, LONGEST_ASKED);
  // A page of some hotel's network says 200 too; only the tracker knows what became of the events.
  return { results, again: ok || status > 499 || status === 429, wait };
};

export const createTransport = ({ to, queue, refused, clock }: TransportDeps) => {
  let fails = 0;
  let pause = 0;
  let pixelOnly = false;
  let leaving = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** The items with what is known only now: the sender's clock, and whether the visitor has said no meanwhile. */
  const textsOf = (batch: Waiting[], now: number): string[] => {
    const end = `,"sent":${now}${refused() ? ',"consent":0' : ''}}`;
    return batch.map(({ text }) => text.slice(0, -1) + end);
  };

  const nextBatch = (now: number): Waiting[] => {
    let size = 0;
    const all = queue.due(now, leaving).slice(0, MOST_ITEMS);
    return all.filter(({ text }, index) => {
      size += text.length + 50;
      return size < MOST_TEXT || index === 0;
    });
  };

  const later = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(flush, ms);
  };

  /** Others wait as long as these: it is the same tracker. */
  const tryAgain = (batch: Waiting[], wait = 0): void => {
    const ms = wait || Math.min(FIRST * 2 ** fails++, LONGEST) * (0.75 + Math.random() / 2);
    pause = clock() + ms;
    for (const item of batch) queue.hold(item, pause, false);
    later(ms);
  };

  const goOn = (): void => {
    fails = 0;
    flush();
  };

  const settle = (batch: Waiting[], { results, again, wait }: Answer): void => {
    const left = batch.filter(({ id }, index) => {
      const result = results?.[index];
      if (result ? result.error === 'unavailable' : again) return true;
      if (!result || result.error) queue.lose(id);
      else queue.remove(id);
      return false;
    });
    if (left.length > 0) tryAgain(left, wait);
    else goOn();
  };

  /** Where `connect-src` or a blocker does not let us ask, a picture may pass. */
  const byPixel = async (batch: Waiting[], texts: string[]): Promise<void> => {
    for (const [index, { id }] of batch.entries()) {
      pixelOnly = navigator.onLine && (await showPixel(pixelUrl(to, texts[index] as string)));
      if (!pixelOnly) return tryAgain(batch.slice(index));
      queue.remove(id);
    }
    goOn();
  };

  const send = async (batch: Waiting[], texts: string[]): Promise<void> => {
    const answer = pixelOnly ? undefined : await ask(to, `[${texts}]`).catch(() => undefined);
    return answer ? settle(batch, answer) : byPixel(batch, texts);
  };

  /** The page goes: nobody will hear the answer, so the events stay in the queue until another page does. */
  const beacon = (texts: string[]): boolean => !pixelOnly && navigator.sendBeacon(to, `[${texts}]`);

  /** Sends what is due. */
  const flush = safely((): void => {
    const now = clock();
    if (now < pause && !leaving) {
      later(pause - now);
      return;
    }
    const batch = nextBatch(now);
    const texts = textsOf(batch, now);
    if (batch.length === 0) return;
    for (const item of batch) queue.hold(item, now + LEASE, !leaving);
    if (!leaving || !beacon(texts)) send(batch, texts).catch(() => tryAgain(batch));
    // What may not lie in the browser's storage has had its one chance.
    else for (const { id, kept } of batch) if (!kept) queue.remove(id);
  });

  return {
    flush,
    /** @param gone the page is about to go; else it is back */
    leave(gone: boolean): void {
      leaving = gone;
      flush();
    },
    /** The network is back, says the browser: what waited for another try waits no longer. */
    wake(): void {
      pause = fails = 0;
      queue.rouse();
      queue.adopt(clock());
      flush();
    },
  };
};
