import { PushtechError } from '@pushtech/event';

/** Every code this package gives, with its kind and when it comes. The README's table is this one (by test). */
export const codes = {
  STATS_URL: ['fatal', 'no engine has the scheme of the URL'],
  STATS_NEWER: ['fatal', 'a newer pushtech wrote the counters (Redis)'],
  STATS_HELD: [
    'retry',
    'a backup copies the counters just now (Redis): nothing is counted until it is through',
  ],
  STATS_COPY: [
    'fatal',
    'a copy of the counters is of another engine, of a newer pushtech or of another prefix',
  ],
  STATS_DIMENSION: ['dead', 'nothing is counted by this dimension'],
  STATS_TOO_MANY_POINTS: ['dead', 'a series would be too long: ask for a shorter time or a longer interval'],
  STATS_TIME_ZONE: ['dead', 'there is no IANA zone of this name'],
  STATS_WRITER: ['retry', 'the thread that writes (SQLite) ended: apply again'],
  STATS_DOWN: ['retry', 'the engine cannot be reached, or takes no writes'],
} as const satisfies Record<string, readonly [PushtechError['kind'], string]>;

export const statsError = (code: keyof typeof codes, message: string, cause?: unknown): PushtechError =>
  new PushtechError(code, codes[code][0], message, { cause });
