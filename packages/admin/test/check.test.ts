import { expect, it } from 'vitest';
import { makeToken } from '../src/index.ts';
import { secretKey } from './start.ts';
import { startPeople } from './start-people.ts';

it('tells a proxy who asks and what they may', async () => {
  const { signedIn } = await startPeople();
  const { browser } = await signedIn('mia@example.org', 'marketer');
  const { status, headers, body } = await browser.get('/auth/check');
  expect([status, body]).toEqual([204, '']);
  expect(headers['x-auth-user']).toBe('mia@example.org');
  expect(headers['x-auth-scopes']).toBe('stats:read stream:read searches:read sites:write numbers:write');
});

it('lets nobody through who is nobody, and no half-true scope', async () => {
  const { signedIn, browser } = await startPeople();
  const { browser: mia } = await signedIn('mia@example.org', 'marketer');
  const answers = [
    await browser().get('/auth/check'),
    await browser().get('/auth/check?scope=stats:read'),
    await mia.get('/auth/check?scope=stats:read'),
    await mia.get('/auth/check?scope=metrics:read'),
    await mia.get('/auth/check?scope=stats'),
    await mia.get('/auth/check?scope=toString'),
    await mia.get('/auth/check?scope=stats:read&scope=metrics:read'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 204, 403, 403, 403, 403]);
  expect(JSON.parse(answers[3]?.body ?? '')).toMatchObject({ error: 'scope', scope: 'metrics:read' });
});

it('puts a name of any letters into a header', async () => {
  const { browser } = await startPeople();
  const id = 'Müller\r\nX-Auth-Scopes: all 100%';
  const token = makeToken({ secretKey, id, scopes: ['import'], expires: Date.now() + 60_000 });
  const { status, headers } = await browser().get('/auth/check', {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(status).toBe(204);
  expect(headers['x-auth-user']).toBe('token M%C3%BCller%0D%0AX-Auth-Scopes: all 100%25');
  expect(headers['x-auth-scopes']).toBe('import');
});
