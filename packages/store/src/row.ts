import { newId } from '@pushtech/event';
import type { Document } from './documents.ts';
import type { Fields, Row, StoredRow } from './engine.ts';
import { storeError } from './errors.ts';

/** A document as JSON, in bytes: also a list of a thousand is read and sent in no time. */
const BODY_BYTES = 65_536;
const ID_LENGTH = 256;

/** Whether there can be a document of this id: 1 to 256 characters, no half characters, no NUL. */
export const isDocumentId = (id: unknown): id is string =>
  typeof id === 'string' &&
  id.length > 0 &&
  id.length <= ID_LENGTH &&
  id.isWellFormed() &&
  !id.includes('\0');

/** A value as engines keep it: what not every engine takes (NUL, half characters) is written as JSON writes it. */
export const toKey = (value: string): string => JSON.stringify(value).slice(1, -1);

const keysOf = (document: Document, { unique, find }: Fields): Record<string, string> => {
  const keys: Record<string, string> = {};
  for (const field of [...unique, ...find]) {
    const value = (document as unknown as Record<string, unknown>)[field];
    if (value === undefined) continue;
    if (typeof value !== 'string') throw storeError('STORE_DOCUMENT', `${field} must be a text`);
    keys[field] = toKey(value);
  }
  return keys;
};

/** @throws PushtechError `STORE_DOCUMENT` (dead) */
export const toRow = (document: Document, fields: Fields): Row => {
  const { id } = document;
  if (!isDocumentId(id)) {
    throw storeError('STORE_DOCUMENT', `an id has 1 to ${ID_LENGTH} characters, and NUL is none of them`);
  }
  const body = JSON.stringify(document);
  if (Buffer.byteLength(body) > BODY_BYTES) {
    throw storeError('STORE_DOCUMENT', `a document has at most ${BODY_BYTES} bytes as JSON`);
  }
  return { id, version: newId(), body, keys: keysOf(document, fields) };
};

export const fromRow = <T extends Document>({ body }: StoredRow): T => JSON.parse(body) as T;
