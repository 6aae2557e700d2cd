import type { Page } from 'playwright-core';

export interface Look {
  /** For names of tests and screenshots, e.g. `390-dark`. */
  name: string;
  size: { width: number; height: number };
  scheme: 'light' | 'dark';
}

const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];

/** Phone and desk, light and dark. Each fits into the options of `visit`, and into `it.each`. */
export const looks: readonly Look[] = sizes.flatMap((size) =>
  (['light', 'dark'] as const).map((scheme) => ({ name: `${size.width}-${scheme}`, size, scheme })),
);

/** Shows a page in each of the four looks, and calls back in each. The page stays in the last. */
export const everyLook = async (page: Page, seen: (look: Look) => Promise<unknown>): Promise<void> => {
  for (const look of looks) {
    await page.setViewportSize(look.size);
    await page.emulateMedia({ colorScheme: look.scheme });
    // What is drawn on a canvas is drawn anew in the frames after.
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    await seen(look);
  }
};
