import { readPrefix } from '@pushtech/event';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import { storeError } from '../errors.ts';

/** Where the URL names no database. */
const DATABASE = 'pushtech';
/** What the URL may say otherwise. A server that does not answer within two seconds is away: who asks shall know soon. */
const DEFAULTS: MongoClientOptions = {
  appName: 'pushtech',
  serverSelectionTimeoutMS: 2000,
  connectTimeoutMS: 2000,
  socketTimeoutMS: 4000,
  waitQueueTimeoutMS: 2000,
  heartbeatFrequencyMS: 2000,
  maxPoolSize: 10,
};
/** What the promises need, whatever the URL says. */
const NEEDED: MongoClientOptions = {
  readPreference: 'primary',
  writeConcern: { w: 'majority', journal: true },
};

export interface MongoPlace {
  client: MongoClient;
  database: string;
  /** Only letters, digits and `_`; stands before every collection's name. */
  prefix: string;
}

const badUrl = (message: string) => storeError('STORE_URL', message);

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const createClient = (url: string, given: URLSearchParams): MongoClient => {
  const names = new Set([...given.keys()].map((name) => name.toLowerCase()));
  const defaults = Object.fromEntries(
    Object.entries(DEFAULTS).filter(([name]) => !names.has(name.toLowerCase())),
  );
  try {
    return new MongoClient(url, { ...defaults, ...NEEDED });
  } catch (error) {
    // The driver's message names no user and no password (by test); its stack is left out all the same.
    throw badUrl(`the MongoDB URL cannot be read: ${(error as Error).message}`);
  }
};

/**
 * Reads `mongodb://[user:password@]host[:port][,host…][/database][?option=value…]`, also `mongodb+srv://`. `prefix` is ours,
 * every other option the driver's. Does not connect.
 * @throws PushtechError `STORE_URL` (fatal), without user and password
 */
export const readMongoUrl = (url: string): MongoPlace => {
  const match = /^(mongodb(?:\+srv)?:\/\/)(?:([^/?]*)@)?([^/?@]+)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(url);
  if (!match) throw badUrl('a MongoDB URL is of the form mongodb://[user:password@]host[:port][/database]');
  const [, scheme = '', userInfo, hosts = '', database = '', query = ''] = match;
  const options = new URLSearchParams(query);
  const prefix = readPrefix(options, badUrl);
  const others = query.split('&').filter((part) => part !== '' && !part.startsWith('prefix='));
  const plain = `${scheme}${userInfo === undefined ? '' : `${userInfo}@`}${hosts}/${database}?${others.join('&')}`;
  return {
    client: createClient(plain, options),
    database: decode(database) || DATABASE,
    prefix,
  };
};
