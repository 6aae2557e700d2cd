import { addElement, estimate, mergeLog, newRegisters, type Registers } from './hyperloglog.ts';
import { WIDTH } from './names.ts';

/** Different visitors are remembered one by one up to here; beyond that they are estimated. */
const EXACT = 100_000;

/** Counts different visitors of some cells together. */
export const createVisitors = () => {
  let exact: Set<number> | undefined = new Set();
  let registers: Registers | undefined;

  const toRegisters = (): Registers => {
    if (registers) return registers;
    registers = newRegisters();
    for (const element of exact ?? []) addElement(registers, element, WIDTH);
    exact = undefined;
    return registers;
  };

  return {
    /** @param elements visitors one after the other */
    addSmall(elements: Buffer): void {
      for (let at = 0; at + WIDTH <= elements.length; at += WIDTH) {
        const element = elements.readUIntBE(at, WIDTH);
        if (exact) exact.add(element);
        else addElement(registers as Registers, element, WIDTH);
      }
      if (exact && exact.size > EXACT) toRegisters();
    },
    /** @param log a HyperLogLog of Redis; null = it is gone */
    addLog(log: Buffer | null): void {
      if (log) mergeLog(toRegisters(), log);
    },
    count: (): number => exact?.size ?? estimate(registers as Registers),
    isExact: (): boolean => exact !== undefined,
  };
};

export type Visitors = ReturnType<typeof createVisitors>;
