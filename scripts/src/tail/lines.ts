import { safeText } from './safe-text.ts';

const CUT = 120;
const CLEAR = '\u001b[0m';
const styles = {
  time: '\u001b[2m',
  type: '\u001b[1;36m',
  site: '\u001b[35m',
  path: '',
  place: '\u001b[2m',
  bot: '\u001b[33m',
  dead: '\u001b[1;31m',
} as const;

export type Paint = (style: keyof typeof styles, text: string) => string;

export const createPaint =
  (coloured: boolean): Paint =>
  (style, text) =>
    coloured && styles[style] !== '' && text !== '' ? `${styles[style]}${text}${CLEAR}` : text;

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/** Anything may stand in a record. */
const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? safeText(String(value).slice(0, CUT)) : '';

const timeOf = (value: unknown): string => text(value).slice(11, 23) || '--:--:--.---';

/** One event in one line. */
export const eventLine = (record: unknown, paint: Paint): string => {
  const event = fieldsOf(record);
  const place = fieldsOf(event.place);
  const where = [text(place.city), text(place.country)].filter(Boolean).join(', ');
  return [
    paint('time', timeOf(event.receivedAt)),
    paint('type', text(event.type).padEnd(12)),
    paint('site', text(event.site)),
    paint('path', text(fieldsOf(event.page).path)),
    paint('place', where),
    event.bot === undefined ? '' : paint('bot', 'bot'),
  ]
    .filter(Boolean)
    .join('  ');
};

/** One dead letter in one line: why, and whose it is. */
export const deadLine = (record: unknown, paint: Paint): string => {
  const letter = fieldsOf(record);
  return [
    paint('time', timeOf(letter.at)),
    paint('dead', `dead ${text(letter.reason)}`.padEnd(12)),
    paint('site', text(letter.site)),
    text(letter.message),
    paint('place', text(letter.id)),
  ]
    .filter(Boolean)
    .join('  ');
};
