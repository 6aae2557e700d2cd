import type { Document } from './documents.ts';

/** Who may do what. */
export type Role = 'owner' | 'marketer' | 'engineer';

/** A person who may sign in. `id` is a UUIDv7. Times here and below are epoch ms. */
export interface Account extends Document {
  /** Lower case; unique. */
  email: string;
  name: string;
  role: Role;
  /** `scrypt$N$r$p$<salt>$<hash>`, base64url; none for those who sign in elsewhere only. */
  passwordHash?: string;
  /** `<issuer> <sub>` of the OpenID Connect provider; unique. */
  subject?: string;
  createdAt: number;
  disabledAt?: number;
  /** Sessions begun earlier have ended. */
  sessionsFrom?: number;
}

/** A link that lets one person make an account. `id` is the SHA-256 of the link's secret, base64url. */
export interface Invitation extends Document {
  email?: string;
  role: Role;
  createdBy: string;
  createdAt: number;
  expires: number;
  usedAt?: number;
}

/** A bearer token that somebody made; the token itself is signed and not kept. `id` is in its claims. */
export interface ApiToken extends Document {
  name: string;
  scopes: readonly string[];
  createdBy: string;
  createdAt: number;
  expires: number;
  revokedAt?: number;
}

/** Who did what: `id` is a UUIDv7, so the list is in order of time. */
export interface AuditLine extends Document {
  at: number;
  /** An account's e-mail, `admin`, `token <name>`, `local` or `system`. */
  who: string;
  /** e.g. `token.made`, `account.disabled`, `sign-in.failed`. */
  what: string;
  /** Of whom or what; never a secret. */
  target?: string;
}

/** What an owner says of a site. `id` is the site's label, as in `Event.site`. */
export interface Site extends Document {
  name: string;
  /** IANA. */
  timeZone: string;
  /**
   * Hosts whose pages may send for this site, with or without `www.`; `*.example.org` for all below; empty = all. Else
   * dropped: `origin`.
   */
  origins: readonly string[];
  /** Addresses and CIDRs whose hits are left out: dropped, reason `address`. */
  excludedAddresses: readonly string[];
  /** Paths as on the wire (`/caf%C3%A9`) whose hits are left out, exact or with a trailing `*`: dropped, reason `path`. */
  excludedPaths: readonly string[];
  createdAt: number;
}

/** One condition on an event. `field`: `path`, `page`, `source`, `campaign` or `properties.<name>`. */
export interface Condition {
  field: string;
  is: 'equal' | 'starts' | 'contains';
  value: string;
}

/** Something that visitors should do. `id`: `^[a-z0-9-]{1,40}$`. Counted as type `goal/<id>`. */
export interface Goal extends Document {
  name: string;
  site?: string;
  type: string;
  /** All must hold. */
  conditions: readonly Condition[];
  createdAt: number;
}

/** A link that shows the dashboard to whoever has it. `id` is the SHA-256 of its secret, base64url. */
export interface Share extends Document {
  name: string;
  /** Only this site; all without it. */
  site?: string;
  createdBy: string;
  createdAt: number;
  expires?: number;
  revokedAt?: number;
}

/** What a visitor asked for on `/privacy`. `id` is a UUIDv7. */
export interface PrivacyRequest extends Document {
  kind: 'export' | 'erase';
  /** Until it was worked off: then nobody needs it any more. */
  visitor?: string;
  at: number;
  /** When it was worked off. */
  doneAt?: number;
}

/** The kinds with what they are found by. `unique` values are taken once, `find` values as often as you like. */
export const kinds = {
  accounts: { unique: ['email', 'subject'], find: [] },
  invitations: { unique: [], find: [] },
  tokens: { unique: [], find: [] },
  audit: { unique: [], find: [] },
  sites: { unique: [], find: [] },
  goals: { unique: [], find: ['site'] },
  shares: { unique: [], find: [] },
  privacyRequests: { unique: [], find: ['visitor'] },
} as const;

export type KindName = keyof typeof kinds;
