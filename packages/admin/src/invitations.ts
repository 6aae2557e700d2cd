import { createHash, randomBytes } from 'node:crypto';
import { type Account, type Invitation, listAll, type Role, type Store } from '@pushtech/store';

const LIFETIME_MS = 7 * 24 * 3_600_000;

/** Kept instead of the secret: who reads the store cannot use the links. */
const idOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export interface InvitationDeps {
  store: Pick<Store, 'accounts' | 'invitations'>;
  /** Epoch ms. */
  clock: () => number;
  newId: () => string;
}

/** How the new account's owner proves who they are: exactly one of both. */
export type Proof = { passwordHash: string } | { subject: string };

export interface Acceptance {
  name: string;
  proof: Proof;
}

export type Accepted = { ok: true; account: Account } | { ok: false; why: 'gone' | 'taken' };

const gone = Symbol('gone');

/**
 * Links that make one account each. Whoever invites says the e-mail address: nobody can take the name of somebody else, who
 * later signs in elsewhere under it.
 */
export const createInvitations = ({ store, clock, newId }: InvitationDeps) => {
  const isOpen = ({ usedAt, expires }: Invitation): boolean => usedAt === undefined && expires > clock();

  const byId = async (id: string): Promise<Invitation | undefined> => {
    const invitation = await store.invitations.get(id);
    return invitation && isOpen(invitation) ? invitation : undefined;
  };

  /** True for one caller only, whatever others try at the same time. */
  const use = async (id: string): Promise<boolean> => {
    try {
      const used = await store.invitations.update(id, (invitation) => {
        if (!isOpen(invitation)) throw gone;
        return { ...invitation, usedAt: clock() };
      });
      return used !== undefined;
    } catch (error) {
      if (error === gone) return false;
      throw error;
    }
  };

  const openOnes = async (): Promise<Invitation[]> => (await listAll(store.invitations)).filter(isOpen);

  return {
    openOnes,
    /** Answers the secret of the link; only its hash is kept. */
    async make(email: string, role: Role, createdBy: string) {
      const secret = randomBytes(24).toString('base64url');
      const createdAt = clock();
      const invitation = {
        id: idOf(secret),
        email,
        role,
        createdBy,
        createdAt,
        expires: createdAt + LIFETIME_MS,
      };
      await store.invitations.insert(invitation);
      return { secret, invitation };
    },
    bySecret: (secret: string) => byId(idOf(secret)),
    byEmail: async (email: string): Promise<Invitation | undefined> =>
      (await openOnes()).find((invitation) => invitation.email === email),
    /** Uses the invitation up and makes its account. */
    async accept({ id, email = '', role }: Invitation, { name, proof }: Acceptance): Promise<Accepted> {
      if (!(await use(id))) return { ok: false, why: 'gone' };
      const account: Account = { id: newId(), email, name, role, createdAt: clock(), ...proof };
      return (await store.accounts.insert(account)) ? { ok: true, account } : { ok: false, why: 'taken' };
    },
    takeBack: (id: string): Promise<boolean> => store.invitations.remove(id),
  };
};

export type Invitations = ReturnType<typeof createInvitations>;
