export { createCopy, listAll } from './copy.ts';
export type { Document, Documents, ListOptions } from './documents.ts';
export type {
  Account,
  ApiToken,
  AuditLine,
  Condition,
  Goal,
  Invitation,
  PrivacyRequest,
  Role,
  Share,
  Site,
} from './kinds.ts';
export { openStore, type StoreOptions } from './open.ts';
export { prepareStore } from './prepare.ts';
export type { Store } from './store.ts';
