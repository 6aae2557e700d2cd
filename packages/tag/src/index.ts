export { createTag } from './create-tag.ts';
export type { EventTypes, Facts, Tag, TagOptions } from './types.ts';
