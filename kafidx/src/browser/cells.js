import { visible } from './visible.js';

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

const clock = new Intl.DateTimeFormat(undefined, {
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

/** @param {any} event */
const source = ({ campaign, referrer, via }) =>
  text(campaign?.source) ||
  text(referrer?.source) ||
  text(referrer?.host) ||
  (via === 'import' ? 'import' : '');

/**
 * What a row shows, in the order of the columns. Never fails, whatever the record is.
 * @param {'events' | 'dead'} kind
 * @param {any} record
 * @returns {string[]}
 */
export const cellsOf = (kind, record) => {
  if (kind === 'dead') {
    const why = join([record.reason, record.message], ': ');
    return [time(record.at), text(record.type), text(record.site), why, '', '', text(record.step)];
  }
  const { page, place, device } = record;
  return [
    time(record.receivedAt),
    text(record.type),
    text(record.site),
    text(page?.path),
    join([place?.city || place?.region, place?.country], ', '),
    join([device?.browser?.name || device?.kind, device?.os?.name], ' · '),
    source(record),
  ];
};
