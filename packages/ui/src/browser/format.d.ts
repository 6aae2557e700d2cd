/** Epoch milliseconds, ISO text or a Date; what is none gives `–`. */
type Moment = number | string | Date;

export interface Format {
  lang: string;
  zone: string;
  /** `1,234.5` */
  number(n: number): string;
  /** `1.2K` */
  compact(n: number): string;
  /** Of a share 0…1: `12%`; below a tenth with one digit. */
  percent(share: number): string;
  /** `+12%`; `undefined` where there was nothing before. */
  change(now: number, before: number | undefined): string | undefined;
  /** Powers of 1000. */
  bytes(n: number): string;
  /** The two largest units: `2 hr 5 min`. */
  duration(ms: number): string;
  /** `Nov 3, 2026` */
  date(at: Moment): string;
  /** `Nov 3` */
  day(at: Moment): string;
  /** `Tue, Nov 3` */
  weekday(at: Moment): string;
  /** `Nov 2026` */
  month(at: Moment): string;
  /** `14:05` */
  time(at: Moment): string;
  /** `14:05:09` */
  seconds(at: Moment): string;
  /** `Nov 3, 2026, 14:05` */
  dateTime(at: Moment): string;
  /** `Nov 3, 14:05` */
  moment(at: Moment): string;
  /** `5 minutes ago` */
  ago(at: Moment, now?: number): string;
  /** `DE` → `Germany` */
  country(code: string): string;
  /** `de` → `German` */
  language(code: string): string;
}

/** Numbers and times as a language writes them. @param options `zone`: IANA name, UTC without it */
export const createFormat: (options?: { lang?: string; zone?: string }) => Format;
