import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@pushtech/event';
import { type Account, openStore, type Role, type Store } from '@pushtech/store';
import Fastify from 'fastify';
import { onTestFinished } from 'vitest';
import { createGuard, type GuardOptions } from '../src/index.ts';
import { createPasswords } from '../src/passwords.ts';
import { secretKey } from './start.ts';

/** Low, so that tests take no seconds of a core. */
const COST = 2 ** 10;
const passwords = createPasswords(COST);

export const PASSWORD = 'plum tree in may';
export const ADMIN_PASSWORD = 'correct horse';

export interface PageAnswer {
  status: number;
  location: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface SendOptions {
  host?: string;
  headers?: Record<string, string>;
}

/** The value that a page's forms send back. */
const csrfIn = (body: string): string | undefined => /name="csrf" value="([^"]+)"/.exec(body)?.[1];

/** A browser as far as forms and cookies go: keeps cookies by host and domain, follows nothing by itself. */
export const createBrowser = (port: number, home = `127.0.0.1:${port}`) => {
  const jar: { name: string; value: string; host: string; domain?: string | undefined }[] = [];

  const keep = (line: string, host: string): void => {
    const [pair = '', ...attributes] = line.split('; ');
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const domain = attributes.find((part) => part.startsWith('Domain='))?.slice(7);
    const at = jar.findIndex(
      (one) => one.name === name && one.domain === domain && (domain || one.host === host),
    );
    if (at >= 0) jar.splice(at, 1);
    if (!attributes.includes('Max-Age=0')) jar.push({ name, value, host, domain });
  };

  const cookiesFor = (host: string): string =>
    jar
      .filter((one) => (one.domain ? host.split(':')[0]?.endsWith(`.${one.domain}`) : one.host === host))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');

  const send = (method: string, path: string, options: SendOptions = {}, body?: string) =>
    new Promise<PageAnswer>((resolve, reject) => {
      const { host = home } = options;
      const cookie = cookiesFor(host);
      const headers = {
        accept: 'text/html',
        host,
        ...(cookie && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...options.headers,
      };
      const request = httpRequest({ port, host: '127.0.0.1', method, path, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => {
          for (const line of response.headers['set-cookie'] ?? []) keep(line, host);
          const { location } = response.headers;
          resolve({ status: response.statusCode ?? 0, location, headers: response.headers, body: text });
        });
      });
      request.on('error', reject);
      request.end(body);
    });

  const browser = {
    cookies: cookiesFor,
    plant: (line: string, host = home) => keep(line, host),
    get: (path: string, options?: SendOptions) => send('GET', path, options),
    /** As it is: without the field that the page would have sent along. */
    post: (path: string, fields: Record<string, string> = {}, options?: SendOptions) =>
      send('POST', path, options, new URLSearchParams(fields).toString()),
    /** Opens a page and sends a form of it. */
    async submit(page: string, path: string, fields: Record<string, string> = {}, options?: SendOptions) {
      const csrf = csrfIn((await browser.get(page, options)).body);
      return browser.post(path, { ...fields, ...(csrf && { csrf }) }, options);
    },
    signIn: (email: string, password = PASSWORD, options?: SendOptions) =>
      browser.post('/auth/sign-in', { email, password, to: '/auth/me' }, options),
  };
  return browser;
};

export type TestBrowser = ReturnType<typeof createBrowser>;

export interface StartOptions extends Partial<GuardOptions> {
  store?: Store;
  /** Any free one without it. */
  port?: number;
}

/** A real server with people: the guard over a real store, one guarded route per method. */
export const startPeople = async (options: StartOptions = {}) => {
  const store = options.store ?? (await openStore('sqlite::memory:'));
  const guard = createGuard({
    password: ADMIN_PASSWORD,
    apiToken: '',
    secretKey,
    clock: Date.now,
    passwordCost: COST,
    // Only tests of the limits want to meet them.
    readAddress: () => ({ address: String(Math.random()) }),
    ...options,
    store,
  });
  const app = Fastify();
  app.register(guard.routes);
  app.get('/numbers', { preHandler: guard.require('stats:read') }, async () => 'numbers');
  app.get('/metrics', { preHandler: guard.require('metrics:read') }, async () => 'metrics');
  app.post('/sites', { preHandler: guard.require('sites:write') }, async () => 'written');
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  onTestFinished(async () => {
    await app.close();
    await guard.close();
    if (!options.store) await store.close();
  });
  await guard.refresh();

  /** An account straight into the store. */
  const account = async (email: string, role: Role, more: Partial<Account> = {}): Promise<Account> => {
    const made: Account = {
      id: newId(),
      email,
      name: email.split('@')[0] ?? '',
      role,
      createdAt: Date.now(),
      passwordHash: await passwords.hash(PASSWORD),
      ...more,
    };
    await store.accounts.insert(made);
    return made;
  };

  return {
    store,
    guard,
    port,
    account,
    browser: (home?: string) => createBrowser(port, home),
    /** Somebody who signed in. */
    async signedIn(email: string, role: Role) {
      const made = await account(email, role);
      const browser = createBrowser(port);
      const { status } = await browser.signIn(email);
      if (status !== 303) throw new Error(`the sign-in of ${email} ended with ${status}`);
      return { account: made, browser };
    },
    /** Every audit line, oldest first. */
    audit: async () =>
      (await store.audit.list({ limit: 1000 })).map(({ who, what, target }) => [who, what, target]),
  };
};
