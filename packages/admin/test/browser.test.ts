import { newId } from '@pushtech/event';
import { freePort } from '@pushtech/testing';
import {
  checkAccess,
  everyLook,
  foreignTexts,
  keyboardReaches,
  openBrowser,
  shoot,
  visit,
} from '@pushtech/testing/browser';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { PASSWORD, startPeople } from './start-people.ts';

const hostile = '"><img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>';

const signIn = async (page: Page, email = 'ann@example.org') => {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

/** A house with people in all states. */
const startHouse = async (options = {}) => {
  const people = await startPeople({ provider: undefined as never, ...options });
  await people.account('ann@example.org', 'owner', { name: 'Ann Example' });
  await people.account('ed.long.name@department.example.org', 'engineer', { name: 'Ed' });
  await people.account('mia@example.org', 'marketer', { name: hostile, disabledAt: Date.now() });
  const day = 86_400_000;
  const token = (name: string, more: object) => ({
    id: newId(),
    name,
    scopes: ['stats:read', 'metrics:read'],
    createdBy: 'admin',
    createdAt: Date.now(),
    expires: Date.now() + 30 * day,
    ...more,
  });
  await people.store.tokens.insert(token('prometheus', {}));
  await people.store.tokens.insert(token(hostile, { revokedAt: Date.now() }));
  await people.store.tokens.insert(token('old importer', { expires: Date.now() - day }));
  await people.guard.refresh();
  const root = `http://127.0.0.1:${people.port}`;
  return { ...people, root };
};

/** All four looks of a page: a picture, and no serious fault for those who use no eyes or no mouse. */
const seeAll = async (page: Page, name: string) => {
  await everyLook(page, async (look) => {
    await shoot(page, `people-${name}-${look.name}`);
    await checkAccess(page);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
  await keyboardReaches(page);
  expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
};

describe('people in a browser', { timeout: 120_000 }, () => {
  const opened = openBrowser();

  it('sign in, also after a wrong password, and out again', async () => {
    const { root } = await startHouse({
      provider: { issuer: 'https://id.example', clientId: 'x', clientSecret: '', name: 'Example ID' },
    });
    const page = await visit(opened, `${root}/auth/me`, { expected: [/401/] });
    await seeAll(page, 'sign-in');
    await page.getByLabel('E-mail').fill('ann@example.org');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('do not go together').waitFor();
    await seeAll(page, 'sign-in-wrong');
    await signIn(page);
    await page.waitForURL(`${root}/auth/me`);
    await page.locator('.bar').getByText('Ann Example').waitFor();
    await seeAll(page, 'me');
    await page.locator('.bar').getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('signed out').waitFor();
  });

  it('invite somebody, who makes an account, and switch one off', async () => {
    const { root, store } = await startHouse();
    const page = await visit(opened, `${root}/auth/people`);
    await signIn(page);
    await page.getByLabel('E-mail').fill('new@example.org');
    await page.getByLabel('Role', { exact: true }).selectOption('engineer');
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = (await page.locator('#once').textContent()) ?? '';
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/auth\/invitation\/[\w-]{32}$/);
    await seeAll(page, 'people');
    await page.getByRole('button', { name: 'Switch off ed.long.name@department.example.org' }).click();
    await page.waitForURL(/done=saved/);
    expect(
      (await store.accounts.find('email', 'ed.long.name@department.example.org'))[0]?.disabledAt,
    ).toBeDefined();

    const guest = await visit(opened, link);
    await seeAll(guest, 'invitation');
    await guest.getByLabel('Name').fill('Newt');
    await guest.getByLabel('New password').fill(PASSWORD);
    await guest.getByRole('button', { name: 'Make the account' }).click();
    await guest.waitForURL(`${root}/auth/me`);
    const gone = await visit(opened, link, { expected: [/410/] });
    await gone.getByText('leads nowhere any more').waitFor();
    await seeAll(gone, 'invitation-used');
  });

  it('make a token, copy it, and revoke it', async () => {
    const { root, store } = await startHouse();
    const page = await visit(opened, `${root}/auth/tokens`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await signIn(page);
    await page.getByLabel('What it is for').fill('importer of the shop');
    await page.getByLabel('read numbers').check();
    await page.getByRole('button', { name: 'Make the token' }).click();
    const token = (await page.locator('#once').textContent()) ?? '';
    expect(token).toMatch(/^pt_[\w-]+\.[\w-]+$/);
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(token);
    await seeAll(page, 'tokens');
    await page.getByRole('button', { name: 'Revoke importer of the shop' }).click();
    await page.getByText('The token is revoked').waitFor();
    const made = (await store.tokens.list()).find(({ name }) => name === 'importer of the shop');
    expect(made?.revokedAt).toBeDefined();
  });

  it('read what was done', async () => {
    const { root, guard } = await startHouse();
    const page = await visit(opened, `${root}/auth/people/audit`);
    for (let n = 0; n < 60; n++)
      await guard.audit({ headers: {}, socket: {} } as never, 'site.changed', hostile);
    await signIn(page);
    await page.getByText('sign-in').first().waitFor();
    await seeAll(page, 'audit');
    await page.getByRole('link', { name: /Older/ }).click();
    await page.waitForURL(/before=/);
  });

  it('do all of it with the keyboard alone', async () => {
    const { root } = await startHouse();
    const page = await visit(opened, `${root}/auth/tokens`);
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const tabTo = async (what: string) => {
      for (let i = 0; i < 60; i++) {
        await press('Tab');
        if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(what)})`)) return;
      }
      throw new Error(`the keyboard does not reach ${what}`);
    };
    await tabTo('[name=email]');
    await page.keyboard.type('ann@example.org');
    await tabTo('[name=password]');
    await page.keyboard.type(PASSWORD);
    await press('Enter');
    await page.waitForURL(`${root}/auth/tokens`);
    await tabTo('[name=name]');
    await page.keyboard.type('by keyboard');
    await tabTo('[name="scope:stats:read"]');
    await press('Space', 'Enter');
    await page.locator('#once').waitFor();
    await tabTo('[aria-label="Revoke by keyboard"]');
    await press('Enter');
    await page.waitForURL(/done=revoked/);
  });

  it('read every word in their language', async () => {
    const { root, browser, port } = await startHouse();
    const page = await visit(opened, `${root}/auth/sign-in`, { lang: 'xx', expected: [/4\d\d/] });
    expect(await foreignTexts(page)).toEqual([]);
    const ann = browser();
    await ann.signIn('ann@example.org');
    const [name = '', value = ''] = (ann.cookies(`127.0.0.1:${port}`).split('; ')[0] ?? '').split(/=(.*)/);
    await page.context().addCookies([{ name, value, url: root }]);
    for (const path of ['me', 'tokens', 'people', 'people/audit', 'invitation/x']) {
      await page.goto(`${root}/auth/${path}`);
      expect(await foreignTexts(page), path).toEqual([]);
      expect(await page.locator('main').textContent(), path).not.toContain('undefined');
    }
    await page.context().clearCookies({ name: 'pushtech_lang' });
    await page.context().addCookies([{ name: 'pushtech_lang', value: 'de', url: root }]);
    await page.goto(`${root}/auth/people`);
    await page.getByRole('button', { name: 'Link erzeugen' }).waitFor();
    const roles = await page.locator('#f-role option').allTextContents();
    expect(roles).toEqual(['Inhaber', 'Marketing', 'Technik']);
    await shoot(page, 'people-german');
  });

  it('are signed in at all hosts at once: the sign-in of one leads back to the other', async () => {
    const port = await freePort();
    const hostOf = (service: string) => `${service}.pushtech.localhost:${port}`;
    const people = await startPeople({ publicUrl: `http://${hostOf('{service}')}`, port });
    await people.account('ann@example.org', 'owner');
    await people.guard.refresh();
    const page = await visit(opened, `http://${hostOf('kafidx')}/numbers?a=b`, {
      allow: [hostOf('www')],
      expected: [/favicon/],
    });
    expect(new URL(page.url()).host).toBe(hostOf('www'));
    await signIn(page);
    await page.getByText('numbers').waitFor();
    expect(page.url()).toBe(`http://${hostOf('kafidx')}/numbers?a=b`);
    await page.goto(`http://${hostOf('www')}/auth/people`);
    await page.locator('.bar').getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('signed out').waitFor();
    await page.goto(`http://${hostOf('kafidx')}/numbers`);
    expect(new URL(page.url()).pathname).toBe('/auth/sign-in');
  });
});
