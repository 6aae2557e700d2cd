/** @throws Error that names every fault on a line of its own */
export const noFaults = (where: string, faults: readonly string[]): void => {
  if (faults.length > 0) throw new Error(`${where}:\n${faults.join('\n')}`);
};
