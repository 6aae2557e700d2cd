import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, it } from 'vitest';
import { describeOnAll } from './on-engines.ts';
import { type Run, startRun } from './run.ts';
import { full } from './scenario.ts';
import type { Kind } from './services.ts';

const PAUSE_MS = 20_000;
const kinds: Kind[] = ['tracker', 'enricher', 'stats'];

describeOnAll((on) => {
  let run: Run;
  beforeAll(async () => {
    run = await startRun({ on, copies: { tracker: 2, enricher: 2, stats: 2 } });
  });
  afterAll(() => run?.close());

  // One after the other in the full form; in the short form all at once, which spares 40 s.
  it.each(full ? kinds.map((kind) => [[kind]]) : [[kinds]])(
    'loses nothing when a copy of each of %s stands still for 20 s',
    (paused) =>
      run.rounds(
        `${paused.join(', ')} paused`,
        async () => {
          const services = paused.flatMap((kind) => run.services.of(kind).slice(0, 1));
          for (const service of services) service.pause();
          await sleep(PAUSE_MS);
          for (const service of services) service.resume();
        },
        { times: 1, shape: { pixels: 100, senders: 2 } },
      ),
  );
});
