import type { Guard } from '@pushtech/admin';
import type { Buffer } from '@pushtech/buffer';
import type { Log } from '@pushtech/log';
import type { Links } from '@pushtech/ui';
import type { FastifyInstance } from 'fastify';
import type { SendScreen } from '../screen.ts';
import { createLetters, type Letters } from './letters.ts';
import { readRoutes } from './read-routes.ts';
import { createReplay, type Replay } from './replay.ts';
import { createReplays, type Replays } from './replay-many.ts';
import { writeRoutes } from './write-routes.ts';

interface Deps {
  log: Log;
  buffer?: Buffer | undefined;
  guard: Guard;
  links: Links;
  newId: () => string;
  /** Epoch ms. */
  clock: () => number;
}

export interface DeadRouteDeps {
  log: Log;
  guard: Guard;
  links: Links;
  send: SendScreen;
  letters: Letters;
  /** None where there is no buffer. */
  replay: Replay | undefined;
  replays: Replays | undefined;
  /** Places of letters that were replayed by this process, since its start. */
  replayed: Set<string>;
}

/** The dead letters of the log: looking at them, and putting them back into the buffer. */
export const createDead = ({ log, buffer, guard, links, newId, clock }: Deps) => {
  const letters = createLetters(log);
  const replayed = new Set<string>();
  const replay = buffer && createReplay({ buffer, newId, clock });
  const replays = replay && createReplays({ log, replay, replayed, clock });

  return {
    routes(app: FastifyInstance, send: SendScreen): void {
      const deps = { log, guard, links, send, letters, replay, replays, replayed };
      readRoutes(app, deps);
      writeRoutes(app, deps);
    },
    stop: async (): Promise<void> => replays?.cancel(),
  };
};
