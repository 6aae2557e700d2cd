import { type Engines, engineOf } from '@pushtech/event';
import { createStore } from './create-store.ts';
import type { Engine } from './engine.ts';
import { storeError } from './errors.ts';
import type { Store } from './store.ts';

export interface StoreOptions {
  /** Epoch ms. */
  clock?: () => number;
}

type OpenEngine = (url: string, options: StoreOptions) => Engine;

const openMongo = async () => (await import('./engines/mongo.ts')).openMongoEngine;

const engines: Engines<OpenEngine> = {
  sqlite: async () => (await import('./engines/sqlite.ts')).openSqliteEngine,
  mongodb: openMongo,
  'mongodb+srv': openMongo,
};

/**
 * Opens the store that the URL names: `sqlite:…`, `mongodb://…`, `mongodb+srv://…`. Waits for no server: one that is away
 * answers calls with `STORE_DOWN` until it is there.
 * @throws PushtechError `STORE_URL` (fatal) for an unknown scheme, and what the engine throws
 */
export const openStore = async (url: string, options: StoreOptions = {}): Promise<Store> => {
  const fail = (message: string) => storeError('STORE_URL', message);
  const open = await engineOf(url, { role: 'store', engines, fail });
  return createStore(open(url, options));
};
