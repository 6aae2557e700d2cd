import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { spawnTracker } from './spawn-tracker.ts';
import { createSpoolPlace, until } from './spool-place.ts';
import type { Mode } from './switched-buffer.ts';

interface Report {
  maxDelayMs: number;
  p999DelayMs: number;
  spooled: number;
  records: number;
}

const PER_SECOND = 5000;
const SECONDS = 3;
const CONNECTIONS = 50;
const PIXEL =
  'GET /t/pageview?site=shop.example&url=https%3A%2F%2Fshop.example%2Fproducts%2F1 HTTP/1.1\r\nHost: localhost\r\n' +
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36\r\n\r\n';

let place: ReturnType<typeof createSpoolPlace>;
beforeEach(() => {
  place = createSpoolPlace();
});
afterEach(() => place.dispose());

/** One connection that stays open: pixels go out when they are due, and each is timed to its answer. */
const openSender = async (port: number, delays: number[], lost: string[]) => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.setNoDelay(true).setEncoding('latin1');
  const sent: number[] = [];
  let rest = '';
  socket.on('data', (text: string) => {
    const answers = (rest + text).split('HTTP/1.1 ');
    // What stands before the first status line is the body of the answer before it.
    rest = text.slice(-8);
    for (const answer of answers.slice(1)) {
      delays.push(performance.now() - (sent.shift() as number));
      if (!answer.startsWith('200') || answer.includes('\r\nX-Not-Kept:')) lost.push(answer.slice(0, 80));
    }
  });
  return {
    send(): void {
      sent.push(performance.now());
      socket.write(PIXEL);
    },
    unanswered: () => sent.length,
    end: () => socket.destroy(),
  };
};

const p999 = (sorted: number[]): number => sorted[Math.floor(sorted.length * 0.999)] as number;

/** The delay in ms that all but one pixel of a thousand stayed below; every one of them was answered and kept. */
const round = async (url: string): Promise<number> => {
  const delays: number[] = [];
  const lost: string[] = [];
  const port = Number(new URL(url).port);
  const senders = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => openSender(port, delays, lost)),
  );
  const began = performance.now();
  for (let n = 0; n < PER_SECOND * SECONDS; ) {
    const due = Math.min(((performance.now() - began) / 1000) * PER_SECOND, PER_SECOND * SECONDS);
    for (; n < due; n++) senders[n % CONNECTIONS]?.send();
    await sleep(2);
  }
  await until(() => senders.every((sender) => sender.unanswered() === 0));
  for (const sender of senders) sender.end();
  expect(lost).toEqual([]);
  expect(delays).toHaveLength(PER_SECOND * SECONDS);
  return p999(delays.sort((a, b) => a - b));
};

it('pixels stay below 100 ms at p99.9 while the buffer hangs and 5,000 a second go to the spool, and while it is drained', async () => {
  const tracker = await spawnTracker({ SPOOL_DIR: place.directory }, './hanging-tracker.ts');
  const switchTo = async (mode: Mode): Promise<Report> => {
    tracker.child.send(mode);
    const [report] = await once(tracker.child, 'message');
    return report as Report;
  };
  const best = {
    up: Number.POSITIVE_INFINITY,
    hang: Number.POSITIVE_INFINITY,
    drained: Number.POSITIVE_INFINITY,
  };
  const isGood = () => best.hang < 100 && best.drained < 100;
  try {
    // Other work on the machine only adds to a delay: the best of three rounds is the nearest to the truth.
    for (let tries = 0; tries < 3 && !isGood(); tries++) {
      await switchTo('up');
      best.up = Math.min(best.up, await round(tracker.url));
      const before = await switchTo('hang');
      const hang = await round(tracker.url);
      const { spooled, p999DelayMs, maxDelayMs } = await switchTo('up');
      best.hang = Math.min(best.hang, Math.max(hang, p999DelayMs));
      best.drained = Math.min(best.drained, await round(tracker.url));
      console.log(
        `p99.9 in ms: buffer up ${best.up.toFixed(1)}, hangs ${best.hang.toFixed(1)}, spool drained ${best.drained.toFixed(1)}; ` +
          `event loop at most ${maxDelayMs.toFixed(1)} ms; ${spooled - before.spooled} batches spooled`,
      );
      expect(spooled - before.spooled).toBeGreaterThan(100);
    }
    // Where not even a buffer that answers gives 100 ms, the machine is busy with other things: then at most three times that.
    const bound = Math.max(100, best.up * 3);
    expect(best.hang).toBeLessThan(bound);
    expect(best.drained).toBeLessThan(bound);
    await until(async () => (await switchTo('up')).records === 0);
  } finally {
    await tracker.kill();
  }
}, 90_000);
