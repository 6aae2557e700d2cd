import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { createGuard, type Guard, type GuardOptions } from '../src/index.ts';

export const secretKey = 'a secret key of more than 32 characters';
export const NOW = Date.UTC(2026, 0, 15, 12);

export const guardWith = (options: Partial<GuardOptions> = {}): Guard =>
  createGuard({
    password: 'correct horse',
    apiToken: 'api-token-1',
    secretKey,
    clock: () => NOW,
    passwordCost: 2 ** 10,
    ...options,
  });

/** A request as Node gives it, with the other end and headers of our choice. */
export const requestFrom = (remoteAddress: string, headers: Record<string, string>): IncomingMessage =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A real server with one guarded route per method; requests go over a real socket so that addresses are true. */
export const startServer = async (options: Partial<GuardOptions> = {}) => {
  const guard = guardWith(options);
  const app: FastifyInstance = Fastify();
  app.register(guard.routes);
  app.get('/secret', { preHandler: guard.require('stats:read') }, async () => 'secret');
  app.post('/secret', { preHandler: guard.require('write') }, async () => 'written');
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;

  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const request = httpRequest({ port, host: '127.0.0.1', method, path, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  return {
    guard,
    port,
    get: (path: string, headers?: Record<string, string>) => send('GET', path, headers),
    post: (path: string, headers?: Record<string, string>, body?: string) =>
      send('POST', path, body === undefined ? headers : { ...form, ...headers }, body),
    /** Signs in and answers the cookie as a browser sends it back. */
    async signIn(): Promise<string> {
      const answer = await send('POST', '/auth/sign-in', form, 'password=correct+horse&to=/secret');
      return String(answer.headers['set-cookie']).split(';')[0] ?? '';
    },
  };
};
