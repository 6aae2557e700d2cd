// Numbers and times as a language writes them, by Intl. For pages (in Node) and for browsers.

/** Of years only where they are not this one's. */
const day = { day: 'numeric', month: 'short' };
const clock = { hour: '2-digit', minute: '2-digit' };

const dateStyles = {
  date: { ...day, year: 'numeric' },
  day,
  weekday: { weekday: 'short', ...day },
  month: { month: 'short', year: 'numeric' },
  time: clock,
  seconds: { ...clock, second: '2-digit' },
  dateTime: { ...day, year: 'numeric', ...clock },
  moment: { ...day, ...clock },
};

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** @param {unknown} at */
const valid = (at) => {
  const date = new Date(/** @type {any} */ (at));
  return Number.isNaN(date.getTime()) ? undefined : date;
};

/** What is made by Intl in the pseudo-language counts as ours, so it wears the brackets too. */
const bracketsFor = (lang) =>
  lang === 'xx' ? (text) => (/\p{L}/u.test(text) ? `⟦${text}⟧` : text) : (text) => text;

const createDates = (locale, zone, done) =>
  Object.fromEntries(
    Object.entries(dateStyles).map(([name, style]) => {
      let format;
      return [
        name,
        (at) => {
          const date = valid(at);
          if (!date) return '–';
          format ??= new Intl.DateTimeFormat(locale, { ...style, hourCycle: 'h23', timeZone: zone });
          return done(format.format(date));
        },
      ];
    }),
  );

const createNumbers = (locale, done) => {
  const known = new Map();
  const format = (name, options) => {
    if (!known.has(name)) known.set(name, new Intl.NumberFormat(locale, options));
    return (n) => done(known.get(name).format(n));
  };
  const percents = (digits) =>
    format(`percent${digits}`, {
      style: 'percent',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const unit = (n, name, digits = 0) =>
    format(`${name}${digits}`, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    })(n);

  return {
    number: (n) => format('number', { maximumFractionDigits: 2 })(n),
    compact: (n) => format('compact', { notation: 'compact', maximumFractionDigits: 1 })(n),
    percent: (share) => percents(Math.abs(share) < 0.1 && share !== 0 ? 1 : 0)(share),
    /** How a number changed: `+12 %`; `undefined` where there was nothing before. */
    change(now, before) {
      if (!before) return undefined;
      const share = (now - before) / before;
      const digits = Math.abs(share) < 0.1 ? 1 : 0;
      const style = { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: digits };
      return format(`change${digits}`, style)(share);
    },
    bytes(n) {
      if (n < 1000) return unit(n, 'byte');
      return n < 1e6 ? unit(n / 1e3, 'kilobyte', 1) : unit(n / 1e6, 'megabyte', 1);
    },
    /** The two largest units of a span: `2 hr, 5 min`. @param {number} ms */
    duration(ms) {
      if (ms < 1000) return unit(Math.round(ms), 'millisecond');
      const first = units.findIndex(([, size]) => ms >= size);
      const [name, size] = units[first];
      const whole = Math.floor(ms / size);
      const [nextName, nextSize] = units[first + 1] ?? [];
      const rest = nextName ? Math.floor((ms % (whole * size)) / nextSize) : 0;
      return rest > 0 ? `${unit(whole, name)} ${unit(rest, nextName)}` : unit(whole, name);
    },
  };
};

/**
 * @param {{ lang?: string, zone?: string }} [options] `zone`: IANA name, UTC without it
 * @returns functions that write numbers, shares (0…1), epoch milliseconds or ISO times, spans in ms and country codes
 */
export const createFormat = ({ lang = 'en', zone = 'UTC' } = {}) => {
  const locale = lang === 'xx' ? 'en' : lang;
  const done = bracketsFor(lang);
  let relative;
  let countries;
  let languages;

  return {
    lang,
    zone,
    ...createNumbers(locale, done),
    ...createDates(locale, zone, done),
    /** How long ago: `5 minutes ago`. @param {number | string} at @param {number} [now] epoch ms */
    ago(at, now = Date.now()) {
      const ms = (valid(at)?.getTime() ?? now) - now;
      const [name, size] = units.find(([, each]) => Math.abs(ms) >= each) ?? ['second', 1000];
      relative ??= new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
      return done(relative.format(Math.trunc(ms / size), name));
    },
    /** `DE` → `Germany`; what is no code stays as it is. */
    country(code) {
      if (!/^[A-Z]{2}$/.test(code)) return code;
      countries ??= new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });
      return done(countries.of(code));
    },
    language(code) {
      languages ??= new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' });
      return done(languages.of(code));
    },
  };
};
