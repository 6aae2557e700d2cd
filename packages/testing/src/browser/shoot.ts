import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const folder = fileURLToPath(new URL('../../../../test-results/', import.meta.url));

/** Writes `test-results/<name>.png`, the whole page unless `fullPage` is false. @returns the file's path */
export const shoot = async (page: Page, name: string, { fullPage = true } = {}): Promise<string> => {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}${name}.png`;
  await page.screenshot({ path, fullPage, animations: 'disabled' });
  return path;
};
