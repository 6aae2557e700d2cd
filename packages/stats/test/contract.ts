import { describe } from 'vitest';
import { applyingPromises } from './contract-applying.ts';
import { capsPromises } from './contract-caps.ts';
import { goalPromises } from './contract-goals.ts';
import { ledgerPromises } from './contract-ledger.ts';
import { numbersPromises } from './contract-numbers.ts';
import { seenPromises } from './contract-seen.ts';
import { timePromises } from './contract-time.ts';
import { type ContractOptions, createKit, type OpenStats } from './kit.ts';

export type { ContractOptions, OpenStats };

/** The promises of `Stats`. Every engine runs them in several configurations. @param open opens fresh, empty stats */
export const statsContract = (name: string, open: OpenStats, options: ContractOptions = {}): void => {
  describe(`stats: ${name}`, () => {
    const kit = createKit(open, options);
    applyingPromises(kit);
    ledgerPromises(kit);
    numbersPromises(kit);
    capsPromises(kit);
    timePromises(kit);
    goalPromises(kit);
    seenPromises(kit);
  });
};
