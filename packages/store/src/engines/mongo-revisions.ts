import { randomUUID } from 'node:crypto';
import type { Collection } from 'mongodb';
import { isDuplicate } from './mongo-errors.ts';

/** A change that has not ended after so long was killed, in ms; its calls have timed out long before. */
const FORGOTTEN_MS = 300_000;

export interface RevisionDocument {
  /** The kind. */
  _id: string;
  /** Absent before the first change. */
  revision?: string;
  /** Changes under way, by token. */
  pending?: string[];
}

/**
 * When a kind was changed last, without a transaction around change and revision: a change announces itself first. While one is
 * announced, every revision is another one, so that whoever keeps a copy reads again. A process that dies in
 * between leaves its token behind, and the copies are read again until somebody takes the old token away.
 */
export const createRevisions = (
  collection: Collection<RevisionDocument>,
  kind: string,
  clock: () => number,
) => {
  const newToken = (): string => `${clock()}.${randomUUID()}`;

  const announce = async (token: string): Promise<void> => {
    const push = () => collection.updateOne({ _id: kind }, { $push: { pending: token } }, { upsert: true });
    // Two that make the document at once: one of them is told that it is there.
    await push().catch((error) => {
      if (isDuplicate(error)) return push();
      throw error;
    });
  };

  /** What was changed stays changed if this fails: the token stays, and readers look again. */
  const end = (token: string, changed: boolean): Promise<unknown> =>
    collection
      .updateOne({ _id: kind }, { $pull: { pending: token }, ...(changed && { $set: { revision: token } }) })
      .catch(() => {});

  return {
    /** @param write may have worked also when it throws: then the token stays */
    async change<T>(write: () => Promise<T>, didChange: (result: T) => boolean): Promise<T> {
      const token = newToken();
      await announce(token);
      const result = await write();
      await end(token, didChange(result));
      return result;
    },
    async revision(): Promise<string> {
      const { revision = '', pending = [] } = (await collection.findOne({ _id: kind })) ?? {};
      if (pending.length === 0) return revision;
      const forgotten = pending.filter((token) => Number.parseInt(token, 10) < clock() - FORGOTTEN_MS);
      if (forgotten.length > 0) {
        await collection.updateOne(
          { _id: kind },
          { $pullAll: { pending: forgotten }, $set: { revision: newToken() } },
        );
      }
      return newToken();
    },
  };
};
