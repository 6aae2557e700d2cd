export { createGuard, type Guard, type GuardOptions, type Identity, type Scope, scopes } from './guard.ts';
export { makeToken } from './tokens.ts';
