import type { Documents } from './documents.ts';
import type { Account, ApiToken, AuditLine, Goal, Invitation, PrivacyRequest, Share, Site } from './kinds.ts';

/** Things that people made and that stay: one interface for all kinds. */
export interface Store {
  accounts: Documents<Account>;
  invitations: Documents<Invitation>;
  tokens: Documents<ApiToken>;
  audit: Documents<AuditLine>;
  sites: Documents<Site>;
  goals: Documents<Goal>;
  shares: Documents<Share>;
  privacyRequests: Documents<PrivacyRequest>;
  close(): Promise<void>;
}
