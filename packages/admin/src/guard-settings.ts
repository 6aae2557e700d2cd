import type { GuardOptions } from './guard.ts';

/** The settings that the guard of every service needs; they stand in `commonSettings`. */
export interface GuardSettings {
  ADMIN_PASSWORD: string;
  API_TOKEN: string;
  PUBLIC_URL: string;
  OIDC_ISSUER: string;
  OIDC_CLIENT_ID: string;
  OIDC_CLIENT_SECRET: string;
  OIDC_NAME: string;
}

/** What `createGuard` takes from the settings. */
export const guardOptions = (
  settings: GuardSettings,
): Pick<GuardOptions, 'password' | 'apiToken' | 'publicUrl' | 'provider'> => ({
  password: settings.ADMIN_PASSWORD,
  apiToken: settings.API_TOKEN,
  publicUrl: settings.PUBLIC_URL,
  provider: {
    issuer: settings.OIDC_ISSUER,
    clientId: settings.OIDC_CLIENT_ID,
    clientSecret: settings.OIDC_CLIENT_SECRET,
    name: settings.OIDC_NAME,
  },
});
