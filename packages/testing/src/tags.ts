import { engineNames } from './engines.ts';

/** For `tags` of a Vitest configuration, so that `needs` may use them and `--tags-filter=redis` selects by them. */
export const engineTags = engineNames.map((name) => ({ name, description: `needs ${name}` }));
