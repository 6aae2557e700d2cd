// A plain client of a real MongoDB for tests elsewhere; imported as `@pushtech/store/testing`.
import { type Db, MongoClient } from 'mongodb';

export const openMongo = async (url: string, use: (db: Db) => Promise<unknown>): Promise<void> => {
  const client = new MongoClient(url);
  try {
    await use(client.db());
  } finally {
    await client.close();
  }
};
