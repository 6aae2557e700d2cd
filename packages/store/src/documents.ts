/** What a kind of thing that the store keeps must have at least. Documents hold what JSON holds; `undefined` is left out. */
export interface Document {
  /** 1 to 256 characters, none of them NUL or half of one; the kind says what it is. */
  readonly id: string;
}

export interface ListOptions {
  /** Only documents whose id comes after this one, in order of code points. */
  after?: string;
  /** At the most; default 100, no more than 1,000. */
  limit?: number;
}

/**
 * One kind of thing, e.g. accounts. Promises, proved by `test/contract.ts` on every engine:
 * - what has resolved survives kill -9 and is seen by every process on the same store at once;
 * - `insert` takes an id and each unique value once, also when two processes try at the same time;
 * - `update` loses no change: two at once both take effect, one after the other;
 * - lists and finds come in order of id;
 * - an engine that cannot be reached answers with `STORE_DOWN` (kind `retry`). A write that ends so may have worked.
 */
export interface Documents<T extends Document> {
  /**
   * `false` when the id or a unique value is taken; nothing is changed then.
   * @throws PushtechError `STORE_DOCUMENT` (dead) when it is bigger than 64 KiB as JSON, or its id is none
   */
  insert(document: T): Promise<boolean>;
  get(id: string): Promise<T | undefined>;
  /**
   * By one of the kind's `find` or `unique` fields, exactly. At most 1,000.
   * @throws PushtechError `STORE_FIELD` (dead) for any other field
   */
  find(field: string, value: string): Promise<T[]>;
  list(options?: ListOptions): Promise<T[]>;
  /**
   * Replaces a document by what `change` makes of it; `change` gets a copy, and may be called again. `undefined` when there
   * is none. What `change` throws comes through, and nothing is changed.
   * @throws PushtechError `STORE_TAKEN` (dead) when another has a unique value of it, `STORE_DOCUMENT` (dead) also for a new
   * id, `STORE_BUSY` (retry)
   */
  update(id: string, change: (document: T) => T): Promise<T | undefined>;
  /** Whether there was one. */
  remove(id: string): Promise<boolean>;
  /** Another text after every change of this kind by anyone: cheap to ask, for those who keep a copy in memory. */
  revision(): Promise<string>;
}
