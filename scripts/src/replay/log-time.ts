const MONTHS = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, i) => [
    name,
    i,
  ]),
);
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Length of `[17/May/2015:10:05:03 +0000]`. */
export const LOG_TIME_LENGTH = 28;

/** Two digits as a number; NaN where one is none. */
const two = (line: string, at: number): number => {
  const high = line.charCodeAt(at) - 48;
  const low = line.charCodeAt(at + 1) - 48;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN;
};

/** Where the first thing shaped like a time begins (at its `[`), or -1. */
export const findLogTime = (line: string): number => {
  for (let open = line.indexOf('['); open >= 0; open = line.indexOf('[', open + 1)) {
    if (line[open + 27] === ']' && line[open + 3] === '/' && line[open + 12] === ':') return open;
  }
  return -1;
};

/** Minutes east of UTC; NaN for what is no zone. */
const readZone = (line: string, at: number): number => {
  const sign = line[at] === '+' ? 1 : line[at] === '-' ? -1 : Number.NaN;
  const [hours, minutes] = [two(line, at + 1), two(line, at + 3)];
  return hours <= 14 && minutes <= 59 ? sign * (hours * 60 + minutes) : Number.NaN;
};

/** Epoch ms of `[17/May/2015:10:05:03 +0000]` beginning at `open`; `undefined` for what is no such time. */
export const readLogTime = (line: string, open: number): number | undefined => {
  const day = two(line, open + 1);
  const month = MONTHS.get(line.slice(open + 4, open + 7)) ?? -1;
  const year = two(line, open + 8) * 100 + two(line, open + 10);
  const [hour, minute, second] = [two(line, open + 13), two(line, open + 16), two(line, open + 19)];
  if (!(day >= 1 && day <= (DAYS[month] ?? 0) && hour <= 23 && minute <= 59 && second <= 60))
    return undefined;
  const local = Date.UTC(year, month, day, hour, minute, second);
  const time = local - readZone(line, open + 22) * 60_000;
  return Number.isNaN(time) ? undefined : time;
};
