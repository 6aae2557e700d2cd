import { once } from 'node:events';
import { expect, it } from 'vitest';
import { eventOf, startKafidx, until } from './start.ts';

const ROUNDS = 80;
const PER_ROUND = 25;

it('a viewer that does not read loses frames and is told how many; others get everything', async () => {
  const kafidx = await startKafidx();
  const slow = await kafidx.view();
  const quick = await kafidx.view();
  // Reads nothing from here on: what the operating systems do not hold stays with us.
  const wire = (slow.socket as unknown as { _socket: import('node:net').Socket })._socket;
  wire.pause();

  const filler = 'x'.repeat(20_000);
  for (let round = 0; round < ROUNDS; round++) {
    await kafidx.appendEvents(
      ...Array.from({ length: PER_ROUND }, () => eventOf({ properties: { filler } })),
    );
    await until(() => quick.frames.events.length + quick.frames.skipped >= (round + 1) * PER_ROUND);
  }
  expect(quick.frames.events).toHaveLength(ROUNDS * PER_ROUND);
  expect(quick.frames.skipped).toBe(0);
  expect(slow.frames.events.length).toBeLessThan(ROUNDS * PER_ROUND);

  wire.resume();
  const seen = () => slow.frames.events.length + slow.frames.skipped;
  await until(() => seen() === ROUNDS * PER_ROUND, 'every row shown or told as skipped');
  expect(slow.frames.skipped).toBeGreaterThan(0);
  await kafidx.appendEvents(eventOf({ type: 'afterwards' }));
  await until(() => slow.frames.events.at(-1)?.type === 'afterwards');
  slow.socket.terminate();
  await once(slow.socket, 'close');
});
