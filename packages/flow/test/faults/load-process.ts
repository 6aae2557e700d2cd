// Run by load.ts as a process of its own, so that the test's work is in nobody's delays.
import { appendFileSync } from 'node:fs';
import { seeded } from '@pushtech/testing/seeded';
import type { FromLoad, LoadOptions, Outcome, ToLoad } from './outcome.ts';
import { createBatches } from './send-batches.ts';
import { createPixels } from './send-pixels.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as LoadOptions;
const random = seeded(options.seed);
const tellParent = (message: FromLoad): void => {
  process.send?.(message);
};

const hex = (digits: number): string =>
  Math.floor(random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');

/** A UUID out of the seed. */
const newId = (): string =>
  `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[Math.floor(random() * 4)]}${hex(3)}-${hex(8)}${hex(4)}`;

let outcomes: Outcome[] = [];
let ids: string[] = [];

/** The file knows an id before it is sent: what is on the log and not in the file was never sent. */
const flush = (): void => {
  if (ids.length > 0) tellParent({ sent: ids });
  if (outcomes.length > 0) {
    appendFileSync(options.file, `${outcomes.map((outcome) => JSON.stringify(outcome)).join('\n')}\n`);
    tellParent({ outcomes });
  }
  ids = [];
  outcomes = [];
};
setInterval(flush, 100).unref();

const deps = {
  targets: options.targets,
  control: options.control,
  random,
  newId,
  sent: (id: string) => {
    ids.push(id);
  },
  tell: (outcome: Outcome) => {
    outcomes.push(outcome);
  },
};
const pixels = createPixels(deps);
const batches = createBatches(deps);

const stop = async (): Promise<void> => {
  await Promise.all([pixels.stop(), batches.stop()]);
  flush();
  tellParent({ stopped: true });
};

process.on('message', (message: ToLoad) => {
  if (message.do === 'stop') return void stop();
  pixels.start(message.shape.pixels);
  batches.start(message.shape);
});
process.on('disconnect', () => process.exit(0));
