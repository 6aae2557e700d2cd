// What turns hits into events, for those who have hits of their own: the example data.
export { createCounts } from './counts.ts';
export { createDropPolicy } from './drop-policy.ts';
export { enrichEntry } from './enrich-entry.ts';
export { loadReferrerLists } from './referrer-lists.ts';
export { createSteps } from './steps/index.ts';
