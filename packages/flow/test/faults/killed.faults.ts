import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dieAt } from './die-at-url.ts';
import { describeOnAll } from './on-engines.ts';
import { type Run, startRun } from './run.ts';
import { between, full, oneOf } from './scenario.ts';
import type { Kind } from './services.ts';

/** In the short form each service dies three or four times all in all: twice at any moment, once at each point. */
const anyMoment = { times: full ? 10 : 2 };
const eachPoint = { times: full ? 10 : 1 };

describeOnAll((on) => {
  let run: Run;
  beforeAll(async () => {
    run = await startRun({ on, copies: { tracker: 2, enricher: 2, stats: 2 } });
  });
  afterAll(() => run?.close());

  const kinds: Kind[] = on.inOneProcess ? ['flow'] : ['tracker', 'enricher', 'stats'];
  it.each(kinds)('loses nothing when a %s is killed', (kind) =>
    run.rounds(
      `kill -9 of a ${kind}`,
      async () => {
        await sleep(between(0, 500));
        await oneOf(run.services.of(kind)).kill();
      },
      anyMoment,
    ),
  );

  it.each<[Kind, string, Parameters<typeof dieAt>[0]]>([
    ['tracker', 'between append and answer', 'appended'],
    ['enricher', 'before it produces', 'producing'],
    ['enricher', 'between produce and ack', 'produced'],
    ['stats', 'between effect and commit', 'counted'],
  ])('loses nothing and counts nothing twice when a %s dies %s', (kind, when, point) =>
    run.rounds(
      `${kind} dies ${when}`,
      async () => {
        // All copies: on SQLite only one of the stats workers has the log.
        const copies = run.services.of(kind);
        const died = await Promise.race(copies.map((copy) => copy.diesAt(dieAt(point, between(1, 20)))));
        expect(died).toBe('SIGKILL');
        await Promise.all(copies.map((copy) => copy.restart()));
      },
      eachPoint,
    ),
  );
});
