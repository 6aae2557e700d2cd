import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, startFlow } from './start-flow.ts';

const folder = dataFolder();
let flow: Awaited<ReturnType<typeof startFlow>>;
beforeAll(async () => {
  flow = await startFlow(folder.path, { ADMIN_PASSWORD: 'correct horse', TRUSTED_PROXIES: '127.0.0.1' });
});
afterAll(async () => {
  await flow.close();
  folder.remove();
});

const signIn = (password: string, headers: Record<string, string>) =>
  fetch(`${flow.url}/auth/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ password }),
    headers,
    redirect: 'manual',
  });

it('counts tries to sign in by the client, not by the proxy in front of all of them', async () => {
  const guesser = { 'x-forwarded-for': '198.51.100.7' };
  for (let n = 0; n < 10; n++) expect((await signIn(`guess ${n}`, guesser)).status).toBe(401);
  expect((await signIn('correct horse', guesser)).status).toBe(429);
  expect((await signIn('correct horse', { 'x-forwarded-for': '192.0.2.1' })).status).toBe(303);
});

it('makes the cookie Secure when the proxy says that the browser speaks TLS', async () => {
  const client = { 'x-forwarded-for': '192.0.2.2' };
  const plain = await signIn('correct horse', client);
  expect(plain.headers.get('set-cookie')).not.toContain('Secure');
  const secure = await signIn('correct horse', { ...client, 'x-forwarded-proto': 'https' });
  expect(secure.headers.get('set-cookie')).toContain('; Secure');
});
