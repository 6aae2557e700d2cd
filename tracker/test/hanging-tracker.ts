// A tracker whose buffer answers or hangs as it is told; it tells what its event loop and its spool went through.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openSpool } from '../src/spool/spool.ts';
import { startTracker } from './start-tracker.ts';
import { createSwitchedBuffer, type Mode } from './switched-buffer.ts';

const spool = await openSpool({
  directory: process.env.SPOOL_DIR as string,
  maxBytes: 1024 ** 3,
  warn: () => {},
});
const { buffer, switchTo } = createSwitchedBuffer('up');
const tracker = await startTracker({ buffer, spool });
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
console.log(tracker.url);

process.on('message', (mode: Mode) => {
  switchTo(mode);
  process.send?.({
    maxDelayMs: delay.max / 1e6,
    p999DelayMs: delay.percentile(99.9) / 1e6,
    spooled: spool.counts.spooled,
    records: spool.status().records,
  });
  delay.reset();
});
