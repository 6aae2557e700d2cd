import type { KindName } from './kinds.ts';

/** What an engine keeps of a document. All texts are well formed and without NUL, so that every engine takes them. */
export interface Row {
  id: string;
  /** Another one with every change, never used again. */
  version: string;
  /** The document as JSON. Nothing in it is a name or a command to an engine. */
  body: string;
  /** The values it is found by, by field; absent where the document has none. */
  keys: Readonly<Record<string, string>>;
}

export type StoredRow = Omit<Row, 'keys'>;

/**
 * All an engine must be able to do with one kind; `Documents` is built on it. What it resolves is durable. Rows come in
 * order of id by code point.
 * @throws PushtechError `STORE_DOWN` (retry), `STORE_CLOSED` (fatal)
 */
export interface Shelf {
  /** `false` when the id or a unique value is taken. */
  insert(row: Row): Promise<boolean>;
  get(id: string): Promise<StoredRow | undefined>;
  find(field: string, key: string, limit: number): Promise<StoredRow[]>;
  list(after: string, limit: number): Promise<StoredRow[]>;
  /** Only if the row still has this version; `taken` = another row has one of its unique values. */
  replace(row: Row, version: string): Promise<'done' | 'changed' | 'taken'>;
  remove(id: string): Promise<boolean>;
  revision(): Promise<string>;
}

export interface Engine {
  shelf(kind: KindName, fields: Fields): Shelf;
  close(): Promise<void>;
}

/** What documents of a kind are found by. */
export interface Fields {
  unique: readonly string[];
  find: readonly string[];
}
