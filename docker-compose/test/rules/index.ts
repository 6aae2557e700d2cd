import { dependencies } from './dependencies.ts';
import { environment } from './environment.ts';
import { frontDoor } from './front-door.ts';
import { hardening } from './hardening.ts';
import { health } from './health.ts';
import { images } from './images.ts';
import { memory } from './memory.ts';
import { networks } from './networks.ts';
import { ports } from './ports.ts';
import type { Rule } from './rule.ts';
import { scraped } from './scraped.ts';
import { secrets } from './secrets.ts';
import { state } from './state.ts';

/** What no set of files may break, by the name of its fixture. */
export const rules: Readonly<Record<string, Rule>> = {
  dependencies,
  environment,
  'front-door': frontDoor,
  hardening,
  health,
  images,
  memory,
  networks,
  ports,
  scraped,
  secrets,
  state,
};
