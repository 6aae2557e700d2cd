import type { Page } from 'playwright-core';
import { inPage } from './in-page.ts';

/**
 * On a page in language `xx`: texts, labels, titles, placeholders and options with letters outside of ⟦⟧, which therefore come from no
 * language file. What is inside of `data-raw`, `<code>`, `<pre>` or `<time>` counts as data. Must be empty.
 */
export const foreignTexts = (page: Page): Promise<string[]> => page.evaluate(inPage('foreign-texts.js'));
