import { describe } from 'vitest';
import { findPromises } from './contract-find.ts';
import { groupPromises } from './contract-groups.ts';
import { memberPromises } from './contract-members.ts';
import { recordPromises } from './contract-records.ts';
import { type ContractOptions, createKit, type LogPlace } from './kit.ts';

/** What every engine must keep of the promises in `log.ts`. */
export const logContract = (
  name: string,
  open: () => Promise<LogPlace>,
  options: ContractOptions = {},
): void => {
  const kit = createKit(open, options);
  describe(`log contract: ${name}`, () => {
    recordPromises(kit);
    findPromises(kit);
    groupPromises(kit);
    memberPromises(kit);
  });
};
