import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { onTestFinished } from 'vitest';
import type { PageAnswer, TestBrowser } from './start-people.ts';

export interface ProviderPerson {
  sub: string;
  email: string;
  verified?: boolean;
  name?: string;
}

export const CLIENT_ID = 'pushtech';
export const CLIENT_SECRET = 'a secret of the client, made for tests only';

const configurationOf = (port: number, claimsOf: (sub: string) => object) => ({
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [`http://127.0.0.1:${port}/auth/provider/return`],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['a key for the cookies of the provider'] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: async () => claimsOf(sub) }),
  interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
});

/** A real OpenID Connect provider on loopback. Everybody signs in there as whom `signIn` says, and consents. */
export const startProvider = async () => {
  let person: ProviderPerson = { sub: 'nobody', email: 'nobody@example.org' };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** `port`: where people are sent back to. */
  const serve = (port: number): void => {
    const provider = new Provider(
      issuer,
      configurationOf(port, (sub) => ({
        sub,
        email: person.email,
        email_verified: person.verified ?? true,
        name: person.name,
      })),
    );
    const handle = provider.callback();

    const interact = async (request: IncomingMessage, response: ServerResponse) => {
      const { prompt, params, session } = await provider.interactionDetails(request, response);
      if (prompt.name === 'login') {
        return provider.interactionFinished(request, response, { login: { accountId: person.sub } });
      }
      const of = { accountId: session?.accountId ?? '', clientId: String(params.client_id) };
      const grant = new provider.Grant(of);
      grant.addOIDCScope('openid email profile');
      return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
    };
    server.on('request', (request, response) =>
      request.url?.startsWith('/interaction/') ? interact(request, response) : handle(request, response),
    );
  };
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );

  /** Follows the provider's own redirects, as the browser would, until it sends back to us. */
  const walk = async (address: string): Promise<string> => {
    const cookies = new Map<string, string>();
    let url = address;
    for (let i = 0; i < 10 && url.startsWith(issuer); i++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      }
      const location = answer.headers.get('location');
      if (!location) throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`);
      url = new URL(location, url).href;
    }
    return url;
  };

  return {
    issuer,
    settings: { issuer, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, name: 'Example ID' },
    serve,
    walk,
    /** A whole sign-in by one browser; `bend` may change the addresses on the way. */
    async signIn(
      browser: TestBrowser,
      as: ProviderPerson,
      bend: { there?: (url: URL) => void; back?: (url: URL) => void; to?: string } = {},
    ): Promise<PageAnswer> {
      person = as;
      const begun = await browser.get(`/auth/provider?to=${encodeURIComponent(bend.to ?? '/auth/me')}`);
      if (begun.status !== 302) return begun;
      const there = new URL(begun.location ?? '');
      bend.there?.(there);
      const back = new URL(await walk(there.href));
      bend.back?.(back);
      return browser.get(back.pathname + back.search);
    },
  };
};
