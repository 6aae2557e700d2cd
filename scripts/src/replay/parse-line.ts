import { readLogClient } from './log-client.ts';
import { closingQuote, undoEscapes } from './log-escapes.ts';
import { findLogTime, LOG_TIME_LENGTH, readLogTime } from './log-time.ts';

/** `common` ends with the bytes, `combined` goes on with referrer and agent, `auto` takes each line as it is. */
export const formats = ['auto', 'combined', 'common'] as const;
export type Format = (typeof formats)[number];

/** The part of a line that cannot be read; the README says more of each. */
export type Flaw = 'empty' | 'time' | 'client' | 'request' | 'status' | 'bytes' | 'referrer' | 'agent';

/** One request. Absent = `-` in the log. */
export interface LogLine {
  /** Address or host name. */
  client: string;
  /** Epoch ms. */
  at: number;
  method: string;
  /** As it stood in the request line, neither decoded nor normalised. */
  target: string;
  status: number;
  bytes: number | undefined;
  referrer: string | undefined;
  agent: string | undefined;
}

const QUOTE = 34;
const SPACE = 32;

const opensQuote = (line: string, at: number): boolean =>
  line.charCodeAt(at) === SPACE && line.charCodeAt(at + 1) === QUOTE;

/** Digits up to a space or the end; -1 where there is anything else. */
const readNumber = (line: string, from: number, end: number): number => {
  if (end <= from || end - from > 15) return -1;
  let number = 0;
  for (let i = from; i < end; i += 1) {
    const digit = line.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
};

const endOfWord = (line: string, from: number): number => {
  const space = line.indexOf(' ', from);
  return space < 0 ? line.length : space;
};

const METHOD = /^[\w!#$%&'*+.^`|~-]{1,32}$/;

/** Where the target ends: before the protocol, or at the end where there is none (HTTP/0.9). */
const targetEnd = (request: string): number => {
  const last = request.lastIndexOf(' ');
  return request.startsWith('HTTP/', last + 1) ? last : request.length;
};

const textOrAbsent = (field: string): string | undefined =>
  field === '-' || field === '' ? undefined : undoEscapes(field);

/** Referrer and agent, the quoted fields from `at` on; whatever comes behind them is left alone. */
const readTail = (line: string, at: number, format: Format, read: LogLine): Flaw | undefined => {
  if (format === 'common') return undefined;
  if (!opensQuote(line, at)) return format === 'combined' ? 'referrer' : undefined;
  const referrerEnd = closingQuote(line, at + 2);
  if (referrerEnd < 0) return 'referrer';
  if (!opensQuote(line, referrerEnd + 1)) return 'agent';
  const agentEnd = closingQuote(line, referrerEnd + 3);
  if (agentEnd < 0) return 'agent';
  read.referrer = textOrAbsent(line.slice(at + 2, referrerEnd));
  read.agent = textOrAbsent(line.slice(referrerEnd + 3, agentEnd));
  return undefined;
};

/**
 * Reads one line of an access log in Apache's or nginx's common or combined format. Pure, linear in the line's length.
 * @returns the request, or the first part of the line that cannot be read
 */
export const parseLine = (line: string, format: Format): LogLine | Flaw => {
  if (line === '') return 'empty';
  const open = findLogTime(line);
  const at = open < 0 ? undefined : readLogTime(line, open);
  if (at === undefined) return 'time';
  const client = readLogClient(line.slice(0, Math.max(0, open - 1)));
  if (client === '' || client === '-') return 'client';

  const requestStart = open + LOG_TIME_LENGTH + 2;
  if (!opensQuote(line, requestStart - 2)) return 'request';
  const requestEnd = closingQuote(line, requestStart);
  if (requestEnd < 0) return 'request';
  const request = line.slice(requestStart, requestEnd);
  const space = request.indexOf(' ');
  const method = request.slice(0, space);
  const target = request.slice(space + 1, targetEnd(request));
  if (space < 0 || target === '' || !METHOD.test(method)) return 'request';

  const statusStart = requestEnd + 2;
  const statusEnd = endOfWord(line, statusStart);
  const status = readNumber(line, statusStart, statusEnd);
  if (statusEnd - statusStart !== 3 || status < 0) return 'status';
  const bytesEnd = endOfWord(line, statusEnd + 1);
  const noBytes = line[statusEnd + 1] === '-' && bytesEnd === statusEnd + 2;
  const bytes = noBytes ? undefined : readNumber(line, statusEnd + 1, bytesEnd);
  if (bytes === -1) return 'bytes';

  const read: LogLine = {
    client,
    at,
    method,
    target: undoEscapes(target),
    status,
    bytes,
    referrer: undefined,
    agent: undefined,
  };
  return readTail(line, bytesEnd, format, read) ?? read;
};
