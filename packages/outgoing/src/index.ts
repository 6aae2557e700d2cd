export { isPublicAddress } from './addresses.ts';
export { codes } from './errors.ts';
export { type Fetched, type FetchOptions, fetchPage } from './fetch-page.ts';
