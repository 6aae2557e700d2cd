import { safely } from './safely.ts';
import { startTag } from './start-tag.ts';
import type { EventTypes, Tag, TagOptions } from './types.ts';

const nothing = Object.assign(() => undefined, { consent() {}, flush() {}, lost: () => 0 });

/** Starts a tag. Where there is no page (a server that renders) it does nothing. Never throws. */
export const createTag = <Events extends EventTypes = EventTypes>(options: TagOptions): Tag<Events> =>
  ((typeof document === 'undefined' ? undefined : safely(startTag)(options)) ??
    nothing) as unknown as Tag<Events>;
