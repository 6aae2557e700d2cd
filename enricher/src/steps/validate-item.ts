import { checkItem, type Hit, type ItemCheck, limits, parseQuery } from '@pushtech/event';
import { dead, type Step } from '../draft.ts';

/** The path names the type; a parameter of that name is the sender's own and stays a property. */
const checkQuery = (query: string, { type, receivedAt }: Hit): ItemCheck => {
  const parsed = parseQuery(query, limits);
  if (!parsed.ok) return parsed;
  const { params } = parsed;
  const own = params.type;
  params.type = type;
  const checked = checkItem(params, { now: receivedAt, imported: false, text: true });
  if (checked.ok && own !== undefined) checked.item.properties.type = own.slice(0, limits.valueBytes);
  return checked;
};

const check = (hit: Hit): ItemCheck =>
  hit.query !== undefined
    ? checkQuery(hit.query, hit)
    : checkItem(hit.item, { now: hit.receivedAt, imported: hit.via === 'import' });

/** validate: what the sender says, checked by the same rules as at the door. */
export const validateItem: Step = {
  name: 'validate',
  run(draft) {
    const { hit, event } = draft;
    const checked = check(hit);
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
