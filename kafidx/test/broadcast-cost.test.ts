import { expect, it } from 'vitest';
import { measureBroadcast } from './broadcast-cost.ts';

// `node kafidx/test/broadcast-cost.ts` measures alone.
const PROMISED = 1.3;

it('costs for 100 viewers little more than a plain broadcast of the same frames', async () => {
  const cost = await measureBroadcast(100, 5);
  console.log(
    `100 viewers: ${cost.kafidx.toFixed(1)} µs a frame and viewer, plain ws ${cost.plain.toFixed(1)} µs, ratio ${cost.ratio.toFixed(2)}`,
  );
  // Others' work makes single rounds dearer: a quarter of them has to be as promised.
  expect(cost.ratios[Math.floor(cost.ratios.length / 4)]).toBeLessThan(PROMISED);
}, 120_000);
