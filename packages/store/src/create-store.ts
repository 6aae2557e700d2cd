import { createDocuments } from './create-documents.ts';
import type { Document, Documents } from './documents.ts';
import type { Engine } from './engine.ts';
import { type KindName, kinds } from './kinds.ts';
import type { Store } from './store.ts';

/** The store on an engine: every kind on a shelf of its own. */
export const createStore = (engine: Engine): Store => {
  const documents = <T extends Document>(kind: KindName): Documents<T> =>
    createDocuments<T>(engine.shelf(kind, kinds[kind]), kinds[kind]);
  return {
    accounts: documents('accounts'),
    invitations: documents('invitations'),
    tokens: documents('tokens'),
    audit: documents('audit'),
    sites: documents('sites'),
    goals: documents('goals'),
    shares: documents('shares'),
    privacyRequests: documents('privacyRequests'),
    close: () => engine.close(),
  };
};
