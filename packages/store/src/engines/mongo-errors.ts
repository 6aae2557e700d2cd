import {
  MongoAPIError,
  MongoError,
  MongoNotConnectedError,
  MongoServerError,
  MongoTopologyClosedError,
} from 'mongodb';
import { storeError } from '../errors.ts';

const DUPLICATE_KEY = 11000;
/**
 * What no waiting mends (MongoDB's error codes): BadValue, FailedToParse, TypeMismatch, IllegalOperation, CommandNotFound,
 * InvalidOptions, IndexOptionsConflict, IndexKeySpecsConflict, NotImplemented, InvalidNamespace. All others are "down": the
 * server starts, has no primary, is full, wants another password; it passes, or an operator ends it.
 */
const FOR_GOOD = new Set<unknown>([2, 9, 14, 20, 59, 72, 73, 85, 86, 238]);

export const isDuplicate = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === DUPLICATE_KEY;

/** WriteConflict, and PostgreSQL's `deadlock_detected` (40P01) as FerretDB passes it on: nothing was done. */
const ROLLED_BACK = new Set<unknown>([112, 16_908_292]);

/** Whether the same call can be made again at once. */
export const isRolledBack = (error: unknown): boolean =>
  error instanceof MongoServerError && ROLLED_BACK.has(error.code);

/** A call of ours that the driver does not take; its subclasses about connections are none. */
const isOurs = (error: unknown): boolean =>
  error instanceof MongoAPIError &&
  !(error instanceof MongoNotConnectedError || error instanceof MongoTopologyClosedError);

/** Names MongoDB's errors in the port's words; others pass as they are. */
export const toStoreError = (error: unknown): unknown => {
  if (!(error instanceof MongoError) || isOurs(error)) return error;
  if (error instanceof MongoServerError && FOR_GOOD.has(error.code)) {
    return storeError('STORE_FAILED', `MongoDB: ${error.message}`, error);
  }
  return storeError('STORE_DOWN', `MongoDB: ${error.message}`, error);
};
