import {
  type Account,
  type ApiToken,
  createCopy,
  type Document,
  type Documents,
  type Role,
  type Store,
} from '@pushtech/store';

const ASK_MS = 2000;

/** What deciding about a request needs to know of an account. */
export interface KnownAccount {
  id: string;
  email: string;
  name: string;
  role: Role;
  disabled: boolean;
  /** Epoch ms: sessions begun earlier have ended. */
  sessionsFrom: number;
}

export interface KnownToken {
  id: string;
  name: string;
  createdBy: string;
  revoked: boolean;
}

const knownAccount = (account: Account): KnownAccount => ({
  id: account.id,
  email: account.email,
  name: account.name,
  role: account.role,
  disabled: account.disabledAt !== undefined,
  sessionsFrom: account.sessionsFrom ?? 0,
});

const knownToken = ({ id, name, createdBy, revokedAt }: ApiToken): KnownToken => ({
  id,
  name,
  createdBy,
  revoked: revokedAt !== undefined,
});

/** One kind by id. */
const copyOf = <T extends Document, K>(documents: Documents<T>, known: (document: T) => K) =>
  createCopy<T, ReadonlyMap<string, K>>(
    documents,
    (all) => new Map(all.map((document) => [document.id, known(document)])),
    new Map(),
  );

export interface KnownOptions {
  store: Pick<Store, 'accounts' | 'tokens'>;
  warn?: (facts: object, sentence: string) => void;
}

/**
 * Accounts and tokens in memory, so that a request is judged at once and without the store. Asked for every 2 s: what another
 * process changed counts within 3 s. While the store is away, what was known last counts.
 */
export const createKnown = ({ store, warn = () => {} }: KnownOptions) => {
  const accounts = copyOf(store.accounts, knownAccount);
  const tokens = copyOf(store.tokens, knownToken);
  let isRead = false;
  let isAway = false;
  let running: Promise<void> = Promise.resolve();

  const readBoth = async (): Promise<void> => {
    try {
      await Promise.all([accounts.refresh(), tokens.refresh()]);
      isRead = true;
      isAway = false;
    } catch (error) {
      if (!isAway) warn({ err: error }, 'The list of accounts and tokens cannot be read; trying again.');
      isAway = true;
    }
  };

  /** After what is under way, so that it sees what was written before the call. */
  const refresh = (): Promise<void> => {
    running = running.then(readBoth);
    return running;
  };

  let isAsking = false;
  const timer = setInterval(async () => {
    if (isAsking) return;
    isAsking = true;
    await refresh();
    isAsking = false;
  }, ASK_MS).unref();
  void refresh();

  return {
    account: (id: string): KnownAccount | undefined => accounts.get().get(id),
    token: (id: string): KnownToken | undefined => tokens.get().get(id),
    hasAccounts: (): boolean => accounts.get().size > 0,
    /** Whether the list was read once. */
    isRead: (): boolean => isRead,
    /** Whether the last try to read it failed. */
    isAway: (): boolean => isAway,
    refresh,
    async close(): Promise<void> {
      clearInterval(timer);
      await running;
    },
  };
};

export type Known = ReturnType<typeof createKnown>;
