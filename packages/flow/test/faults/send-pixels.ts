import { Agent, get } from 'node:http';
import type { Outcome } from './outcome.ts';

const TICK_MS = 5;
const TIMEOUT_MS = 5000;
const PIXEL_BYTES = 43;
/** One request to the control server per so many pixels, at the same moment. */
const CONTROL_EVERY = 4;

const agent = new Agent({ keepAlive: true, maxSockets: 256, scheduling: 'fifo' });

/** One GET: how it went, told once. */
const ask = (url: string, done: (outcome: Pick<Outcome, 'outcome' | 'reason'>) => void): void => {
  const request = get(
    url,
    { agent, timeout: TIMEOUT_MS, headers: { 'user-agent': 'faults/1' } },
    (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('error', (error: NodeJS.ErrnoException) =>
        done({ outcome: 'unknown', reason: error.code ?? error.message }),
      );
      response.on('end', () => {
        const notKept = response.headers['x-not-kept'];
        if (response.statusCode !== 200 || bytes !== PIXEL_BYTES) {
          done({ outcome: 'unknown', reason: `status ${response.statusCode}, ${bytes} bytes` });
        } else if (typeof notKept === 'string') done({ outcome: 'refused', reason: notKept });
        else done({ outcome: 'ok' });
      });
    },
  );
  request.on('timeout', () => request.destroy(new Error('no answer in time')));
  request.on('error', (error: NodeJS.ErrnoException) =>
    done({ outcome: 'unknown', reason: error.code ?? error.message }),
  );
};

interface PixelDeps {
  targets: readonly string[];
  control: string;
  newId: () => string;
  sent: (id: string) => void;
  tell: (outcome: Outcome) => void;
}

/** Pixels at a stated rate, whatever the answers do. */
export const createPixels = ({ targets, control, newId, sent, tell }: PixelDeps) => {
  let timer: NodeJS.Timeout | undefined;
  let number = 0;
  const underWay = new Set<Promise<void>>();

  const send = (kind: 'pixel' | 'control', url: string, target: number, id: string): void => {
    const at = Date.now();
    const began = performance.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    underWay.add(promise);
    let told = false;
    ask(url, (how) => {
      if (told) return;
      told = true;
      tell({ kind, id, target, at, ms: performance.now() - began, ...how });
      underWay.delete(promise);
      resolve();
    });
  };

  const one = (): void => {
    const target = number % targets.length;
    const id = newId();
    sent(id);
    send('pixel', `${targets[target]}/t/fault?id=${id}&site=shop.example`, target, id);
    if (number % CONTROL_EVERY === 0) send('control', control, 0, `control-${number}`);
    number += 1;
  };

  return {
    start(perSecond: number): void {
      if (perSecond <= 0) return;
      const began = performance.now();
      let done = 0;
      timer = setInterval(() => {
        const due = ((performance.now() - began) * perSecond) / 1000;
        // After a pause of the machine the backlog is not thrown at the trackers at once: nobody's visitors do that.
        for (let n = 0; done < due && n < Math.max(2, perSecond / 50); n++, done++) one();
        if (done < due) done = due;
      }, TICK_MS);
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
};
