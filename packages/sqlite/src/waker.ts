/** How often others' writes are looked for, in ms: growing from the first to the second while nothing comes. */
const POLL_MS = [5, 50] as const;
/** What a timer of Node takes at the most. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Wakes those who wait for somebody to write: at once within the process, by polling for other processes. */
export interface Waker {
  /** Resolves at the next `wake`, when another connection has written, after `ms`, at the signal, or at close. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  wake(): void;
  /** Wakes everybody; later waits end at once. */
  close(): void;
}

/**
 * One poller for all who wait on this connection; it runs only while somebody waits.
 * A version is remembered from poll to poll, so a write between a reader's look and its wait is not missed.
 * @param dataVersion rises when another connection has written
 */
export const createWaker = (dataVersion: () => number): Waker => {
  const waiting = new Set<() => void>();
  let seen = -1;
  let interval: number = POLL_MS[0];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const wake = (): void => {
    interval = POLL_MS[0];
    if (waiting.size === 0) return;
    const all = [...waiting];
    waiting.clear();
    for (const resume of all) resume();
  };

  const poll = (): void => {
    timer = undefined;
    if (waiting.size === 0) return;
    const version = dataVersion();
    const changed = version !== seen;
    seen = version;
    if (changed) {
      wake();
      return;
    }
    interval = Math.min(interval * 1.5, POLL_MS[1]);
    timer = setTimeout(poll, interval);
  };

  return {
    wait(ms, signal) {
      if (closed || ms <= 0 || signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(limit);
          waiting.delete(end);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const limit = Number.isFinite(ms) ? setTimeout(end, Math.min(ms, MAX_TIMER_MS)) : undefined;
        signal?.addEventListener('abort', end);
        waiting.add(end);
        timer ??= setTimeout(poll, interval);
      });
    },
    wake,
    close() {
      closed = true;
      clearTimeout(timer);
      wake();
    },
  };
};
