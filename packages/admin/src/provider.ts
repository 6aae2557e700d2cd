import type { IncomingMessage } from 'node:http';
import { PushtechError } from '@pushtech/event';
import type * as Oidc from 'openid-client';
import type { Cookies } from './cookies.ts';
import { deriveKey, seal, unseal } from './signing.ts';

const COOKIE = 'pushtech_oidc';
const LIFETIME_S = 600;

export interface ProviderOptions {
  issuer: string;
  clientId: string;
  /** Empty for a public client. */
  clientSecret: string;
  /** Shown on the button. */
  name: string;
}

/** Who somebody is by the provider. */
export interface Person {
  /** `<issuer> <sub>` */
  subject: string;
  /** Lower case; verified by the provider. */
  email: string;
  name: string;
}

export type ProviderProblem = 'away' | 'old' | 'bad' | 'unverified';
export type Returned = { ok: true; person: Person; to: string } | { ok: false; why: ProviderProblem };

/** What the way there and back has in common, in a cookie of the browser that began it. */
interface Trip {
  state: string;
  nonce: string;
  verifier: string;
  to: string;
  /** Epoch ms. */
  expires: number;
}

const isLoopback = ({ hostname }: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/** @throws PushtechError `OIDC_ISSUER` (fatal) */
const issuerUrl = (issuer: string): URL => {
  const url = URL.parse(issuer);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url))) return url;
  throw new PushtechError(
    'OIDC_ISSUER',
    'fatal',
    'OIDC_ISSUER must be an https:// address (http:// on loopback only)',
  );
};

export interface ProviderDeps extends ProviderOptions {
  secretKey: string;
  /** Epoch ms. */
  clock: () => number;
  cookies: Cookies;
  warn: (facts: object, sentence: string) => void;
}

/** Sign-in by an OpenID Connect provider: authorization code with PKCE, state and nonce. Asked for when first needed. */
export const createProvider = (deps: ProviderDeps) => {
  const { clientId, clientSecret, name, secretKey, clock, cookies, warn } = deps;
  const issuer = issuerUrl(deps.issuer);
  const key = deriveKey(secretKey, 'oidc');
  let discovered: Promise<{ oidc: typeof Oidc; config: Oidc.Configuration }> | undefined;

  const discover = async () => {
    const oidc = await import('openid-client');
    const execute = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    const auth = clientSecret === '' ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
    const config = await oidc.discovery(issuer, clientId, undefined, auth, { execute, timeout: 10 });
    return { oidc, config };
  };

  /** Once it answered it is remembered; a failure is not. */
  const open = () => {
    discovered ??= discover().catch((error) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  };

  const readTrip = (request: IncomingMessage): Trip | undefined =>
    cookies
      .read(COOKIE, request)
      .map((value) => unseal(key, value) as Trip | undefined)
      .find((trip) => trip !== undefined && trip.expires > clock());

  /** Some providers put the address into the ID token, others give it when asked. */
  const claimsOf = async (tokens: Awaited<ReturnType<typeof Oidc.authorizationCodeGrant>>) => {
    const { oidc, config } = await open();
    const claims = tokens.claims();
    if (!claims || claims.email !== undefined || !config.serverMetadata().userinfo_endpoint) return claims;
    return { ...(await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)), iss: claims.iss };
  };

  const personOf = (claims: Awaited<ReturnType<typeof claimsOf>>): Person | undefined => {
    const { iss, sub, email, email_verified: verified, name: called } = claims ?? {};
    if (typeof email !== 'string' || verified !== true) return undefined;
    const shown =
      typeof called === 'string' && called.trim() !== '' ? called.trim() : (email.split('@')[0] ?? '');
    return { subject: `${iss} ${sub}`, email: email.toLowerCase(), name: shown.slice(0, 80) };
  };

  const finish = async (trip: Trip, current: URL): Promise<Returned> => {
    const { oidc, config } = await open();
    const tokens = await oidc.authorizationCodeGrant(config, current, {
      expectedState: trip.state,
      expectedNonce: trip.nonce,
      pkceCodeVerifier: trip.verifier,
      idTokenExpected: true,
    });
    const person = personOf(await claimsOf(tokens));
    return person ? { ok: true, person, to: trip.to } : { ok: false, why: 'unverified' };
  };

  return {
    name,
    /** Where to send the browser, with the cookie it must bring back; `undefined` when the provider does not answer. */
    async begin(request: IncomingMessage, redirectUri: string, to: string) {
      try {
        const { oidc, config } = await open();
        const trip: Trip = {
          state: oidc.randomState(),
          nonce: oidc.randomNonce(),
          verifier: oidc.randomPKCECodeVerifier(),
          // A cookie holds little; who asked for a longer address begins at the start page.
          to: to.length > 1000 ? '/' : to,
          expires: clock() + LIFETIME_S * 1000,
        };
        const url = oidc.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: 'openid email profile',
          state: trip.state,
          nonce: trip.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(trip.verifier),
          code_challenge_method: 'S256',
        });
        return { url: url.href, cookie: cookies.write(COOKIE, seal(key, trip), LIFETIME_S, request) };
      } catch (error) {
        warn({ err: error }, 'The OpenID Connect provider does not answer.');
        return undefined;
      }
    },
    /** What came of it. `redirectUri` as it was given to `begin`. */
    async end(request: IncomingMessage, redirectUri: string): Promise<Returned> {
      const trip = readTrip(request);
      if (!trip) return { ok: false, why: 'old' };
      try {
        return await finish(trip, new URL((request.url ?? '').replace(/^[^?]*/, ''), redirectUri));
      } catch (error) {
        warn({ err: error }, 'A sign-in by OpenID Connect was refused.');
        return { ok: false, why: discovered === undefined ? 'away' : 'bad' };
      }
    },
    forget: (request: IncomingMessage): string => cookies.write(COOKIE, '', 0, request),
  };
};

export type Provider = ReturnType<typeof createProvider>;
