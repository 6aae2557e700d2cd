import type { Document, Documents } from './documents.ts';

const PAGE = 1000;

/** All documents of a kind, in order of id. */
export const listAll = async <T extends Document>(documents: Pick<Documents<T>, 'list'>): Promise<T[]> => {
  const all: T[] = [];
  for (;;) {
    const after = all.at(-1)?.id;
    const some = await documents.list({ limit: PAGE, ...(after !== undefined && { after }) });
    all.push(...some);
    if (some.length < PAGE) return all;
  }
};

/**
 * What is made of all documents of a kind, kept in memory: for those who must judge at once and without the store.
 * @param first what counts until the store was read once
 */
export const createCopy = <T extends Document, Made>(
  documents: Pick<Documents<T>, 'list' | 'revision'>,
  make: (all: readonly T[]) => Made,
  first: Made,
) => {
  let revision: string | undefined;
  let made = first;

  return {
    get: (): Made => made,
    isRead: (): boolean => revision !== undefined,
    /** Reads and makes it anew if its revision is another. When it rejects, what was made last stays. */
    async refresh(): Promise<void> {
      // Asked before reading: what changes in between is read once more, never missed.
      const found = await documents.revision();
      if (found === revision) return;
      made = make(await listAll(documents));
      revision = found;
    },
  };
};
