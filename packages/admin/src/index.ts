export { createGuard, type Guard, type GuardOptions, type Identity } from './guard.ts';
export { type GuardSettings, guardOptions } from './guard-settings.ts';
export type { ProviderOptions } from './provider.ts';
export { roleScopes, type Scope, scopes } from './scopes.ts';
export { signOutButton } from './sign-in-form.ts';
export { makeToken, type TokenOptions } from './tokens.ts';
