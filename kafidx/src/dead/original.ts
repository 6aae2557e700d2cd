import type { DeadLetter } from '@pushtech/event';
import { checkHit } from './check-hit.ts';

/** A letter's text, cut where the wrong part begins and ends. */
export interface Marked {
  before: string;
  wrong: string;
  after: string;
  /** From 1. */
  line: number;
  column: number;
}

const HEX_BYTES = 4096;
const WIDTH = 16;

export const bytesOf = ({ original = '', encoding }: Partial<DeadLetter>): Buffer =>
  Buffer.from(String(original), encoding === 'base64' ? 'base64' : 'utf8');

const markAt = (text: string, from: number, to: number): Marked => {
  const lines = text.slice(0, from).split('\n');
  return {
    before: text.slice(0, from),
    wrong: text.slice(from, to),
    after: text.slice(to),
    line: lines.length,
    column: (lines.at(-1)?.length ?? 0) + 1,
  };
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Where a field stands: as a member of JSON with its value, or as a parameter of a query. */
const findField = (text: string, field: string): [from: number, to: number] | undefined => {
  const name = escaped(field);
  const member = new RegExp(`"${name}"\\s*:\\s*(?:"(?:[^"\\\\]|\\\\.)*"|[^,}\\]]*)`).exec(text);
  const found = member ?? new RegExp(`(?<=[?&"])${name}=[^&"]*`).exec(text);
  return found ? [found.index, found.index + found[0].length] : undefined;
};

/** The field a message begins with, as the enricher writes it: `field: what is wrong`. */
export const fieldOf = ({ message }: Partial<DeadLetter>): string | undefined =>
  /^([\w.-]{1,64}): /.exec(typeof message === 'string' ? message : '')?.[1];

/** Where in the text the mistake is, as far as that can be told. */
export const markWrong = (text: string, letter: Partial<DeadLetter>): Marked | undefined => {
  const field = fieldOf(letter);
  const place = field === undefined ? undefined : findField(text, field);
  if (place) return markAt(text, ...place);
  const offset = checkHit(text).problem?.offset;
  return offset === undefined ? undefined : markAt(text, Math.min(offset, text.length), offset + 1);
};

/** Offset, bytes and what they are in ASCII; the first 4 KB. */
export const hexDump = (bytes: Buffer): string => {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, HEX_BYTES); at += WIDTH) {
    const row = [...bytes.subarray(at, at + WIDTH)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(WIDTH * 3)} ${ascii}`);
  }
  return lines.join('\n') + (bytes.length > HEX_BYTES ? '\n…' : '');
};

/** For mending: JSON on lines of its own, where it is one object. */
export const editable = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
};
