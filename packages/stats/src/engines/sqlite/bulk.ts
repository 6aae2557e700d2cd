import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Rows per statement. One call for many costs a third less than one each, and less again where they come in the key's order. */
const MANY = 64;
const SOME = 8;

/** How many of `left` rows go into the next statement. */
export const rowsAtOnce = (left: number): number => {
  if (left >= MANY) return MANY;
  return left >= SOME ? SOME : 1;
};

/** An INSERT for one, some or many rows. @param columns of a row; @param tail what follows the VALUES */
export const prepareInsert = (
  db: DatabaseSync,
  { into, columns, tail = '' }: { into: string; columns: number; tail?: string },
): ((rows: number) => StatementSync) => {
  const row = `(${Array(columns).fill('?').join(', ')})`;
  const prepare = (rows: number) => db.prepare(`${into} VALUES ${Array(rows).fill(row).join(', ')} ${tail}`);
  const [many, some, one] = [prepare(MANY), prepare(SOME), prepare(1)];
  return (rows) => {
    if (rows === MANY) return many;
    return rows === SOME ? some : one;
  };
};

/** Inserts any number of rows, given as one flat list of their values. */
export const createBulkInsert = (db: DatabaseSync, insert: Parameters<typeof prepareInsert>[1]) => {
  const statementFor = prepareInsert(db, insert);
  return (values: readonly SQLInputValue[]): void => {
    for (let at = 0; at < values.length; ) {
      const rows = rowsAtOnce((values.length - at) / insert.columns);
      const end = at + rows * insert.columns;
      statementFor(rows).run(...values.slice(at, end));
      at = end;
    }
  };
};
