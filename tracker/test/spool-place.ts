import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSpool, type Spool } from '../src/spool/spool.ts';

/** A folder for spools, and what they warned of. */
export const createSpoolPlace = () => {
  const directory = mkdtempSync(join(tmpdir(), 'pushtech-spool-'));
  const warnings: (Record<string, unknown> & { sentence: string })[] = [];
  const spools: Spool[] = [];
  return {
    directory,
    warnings,
    async open(maxBytes = 1024 ** 3): Promise<Spool> {
      const warn = (facts: object, sentence: string) => warnings.push({ ...facts, sentence });
      const spool = await openSpool({ directory, maxBytes, warn });
      spools.push(spool);
      return spool;
    },
    async dispose(): Promise<void> {
      for (const spool of spools) await spool.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

/** Takes all records out. */
export const drainAll = async (spool: Spool): Promise<string[]> => {
  const texts: string[] = [];
  for (let record = await spool.next(); record; record = await spool.next()) {
    texts.push(record.text);
    record.done();
  }
  return texts;
};

export const until = async (holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> => {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it did not come within ${withinMs} ms: ${holds}`);
    await sleep(5);
  }
};
