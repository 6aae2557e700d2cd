import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { noFaults } from './no-faults.ts';

interface Fault {
  id: string;
  impact: string | null;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

const source = (): string =>
  readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const lines = ({ id, impact, help, nodes }: Fault): string[] =>
  nodes.map(
    ({ target, failureSummary = '' }) =>
      `${impact} ${id}: ${help}: ${target.join(' ')} (${failureSummary.split('\n').slice(1).join(' ').trim()})`,
  );

/** Runs axe-core on the page as it is now. The debugger puts it in, so the page's content policy stays as it is. Fails on serious and critical faults. */
export const checkAccess = async (page: Page): Promise<void> => {
  await page.evaluate(`globalThis.axe || (() => { ${source()} })()`);
  const { violations } = await page.evaluate<{ violations: Fault[] }>(
    `axe.run(document, { resultTypes: ['violations'] })`,
  );
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  noFaults(`axe-core on ${page.url()}`, grave.flatMap(lines));
};
