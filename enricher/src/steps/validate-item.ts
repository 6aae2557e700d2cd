import { itemOfHit } from '@pushtech/event';
import { dead, type Step } from '../draft.ts';

/** validate: what the sender says, checked by the same rules as at the door. */
export const validateItem: Step = {
  name: 'validate',
  run(draft) {
    const { hit, event } = draft;
    const checked = itemOfHit(hit);
    if (!checked.ok) return dead(checked.error, checked.message, checked.field);
    const { item } = checked;
    draft.item = item;
    event.type = item.type;
    event.properties = item.properties;
    if (item.id !== undefined) event.id = item.id;
    if (item.at !== undefined && item.at !== hit.receivedAt) {
      draft.occurredAt = item.at;
      event.occurredAt = new Date(item.at).toISOString();
    }
    if (hit.via === 'import') {
      draft.ip = item.ip;
      draft.agent = item.ua;
      draft.referer = undefined;
    }
    return undefined;
  },
};
