import { visible } from '@pushtech/ui/browser/visible.js';

const CUT = 300;

/**
 * A value as text; anything may stand in a record. Objects say nothing here, the panel shows them.
 * @param {unknown} value
 * @returns {string}
 */
const text = (value) =>
  typeof value === 'string' || typeof value === 'number' ? visible(String(value).slice(0, CUT)) : '';

/** @param {unknown[]} values @param {string} between */
const join = (values, between) => values.map(text).filter(Boolean).join(between);

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
});

/** @param {unknown} value an ISO time */
const time = (value) => {
  const at = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(at.getTime()) ? '' : clock.format(at);
};

/** @param {any} properties */
const pairs = (properties) =>
  typeof properties === 'object' && properties !== null && Object.keys(properties).length > 0
    ? text(
        Object.entries(properties)
          .slice(0, 20)
          .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
          .join(' '),
      )
    : '';

/** @type {Record<string, (event: any) => string>} */
const ofEvent = {
  time: ({ receivedAt }) => time(receivedAt),
  type: ({ type }) => text(type),
  site: ({ site }) => text(site),
  path: ({ page }) => text(page?.path),
  place: ({ place }) => join([place?.city || place?.region, place?.country], ', '),
  device: ({ device }) => join([device?.browser?.name || device?.kind, device?.os?.name], ' · '),
  source: ({ campaign, referrer, via }) =>
    text(campaign?.source) ||
    text(referrer?.source) ||
    text(referrer?.host) ||
    (via === 'import' ? 'import' : ''),
  title: ({ page }) => text(page?.title),
  visitor: ({ visitor }) => text(visitor),
  session: ({ session }) => text(session),
  via: ({ via }) => text(via),
  ip: ({ ip }) => text(ip),
  properties: ({ properties }) => pairs(properties),
  id: ({ id }) => text(id),
};

/** @type {Record<string, (letter: any) => string>} */
const ofDead = {
  time: ({ at }) => time(at),
  type: ({ type }) => text(type),
  site: ({ site }) => text(site),
  path: ({ reason, message }) => join([reason, message], ': '),
  source: ({ step }) => text(step),
  id: ({ id }) => text(id),
};

/**
 * What a cell shows. Never fails, whatever the record is. Of a dead letter, `path` says why it is one.
 * @param {'events' | 'dead'} kind
 * @param {any} record
 * @param {string} column
 * @returns {string}
 */
export const cellOf = (kind, record, column) => (kind === 'dead' ? ofDead : ofEvent)[column]?.(record) ?? '';
