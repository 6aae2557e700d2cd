import type { Page } from 'playwright-core';
import { inPage } from './in-page.ts';
import { noFaults } from './no-faults.ts';

const MOST_STOPS = 1000;

/**
 * Presses Tab from the beginning of the page to its end. Fails when something visible that can be worked was not reached, or shows no
 * ring when it is. Of radio buttons, tabs and other groups walked by arrows one is enough.
 * @param also selectors of which each must be reached, e.g. of a chart
 * @returns what was reached, in order
 */
export const keyboardReaches = async (page: Page, also: readonly string[] = []): Promise<string[]> => {
  await page.evaluate(inPage('keyboard.js'));
  const reached: string[] = [];
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate<string | null>('pushtechKeys.step()');
    if (name === null) break;
    reached.push(name);
  }
  const faults = await page.evaluate<string[]>(`pushtechKeys.faults(${JSON.stringify(also)})`);
  noFaults(`by keyboard on ${page.url()}`, faults);
  return reached;
};
