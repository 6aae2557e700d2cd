import { describe, expect, it } from 'vitest';
import { createPasswords, passwordProblem } from '../src/passwords.ts';

describe('a password', () => {
  it('is kept as scrypt with N=2^17, r=8, p=1 and a salt of its own, and found again', async () => {
    const passwords = createPasswords();
    const [one, two] = await Promise.all([
      passwords.hash('plum tree in may'),
      passwords.hash('plum tree in may'),
    ]);
    expect(one).toMatch(/^scrypt\$131072\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(await passwords.matches('plum tree in may', one)).toBe(true);
    expect(await passwords.matches('plum tree in June', one)).toBe(false);
  }, 60_000);

  it('is the same however its letters are put together', async () => {
    const passwords = createPasswords(2 ** 10);
    expect(await passwords.matches('müller am see', await passwords.hash('mu\u0308ller am see'))).toBe(true);
  });

  it('is compared with as much work where there is no account', async () => {
    const passwords = createPasswords(2 ** 13);
    const stored = await passwords.hash('plum tree in may');
    const timeOf = async (hash: string | undefined) => {
      const began = process.cpuUsage();
      for (let i = 0; i < 8; i++) expect(await passwords.matches('wrong password', hash)).toBe(false);
      const { user, system } = process.cpuUsage(began);
      return user + system;
    };
    await timeOf(stored);
    const [known, unknown] = [await timeOf(stored), await timeOf(undefined)];
    expect(unknown / known).toBeGreaterThan(0.4);
    expect(unknown / known).toBeLessThan(2.5);
  });

  it('waits when two are being checked, and is refused when forty wait', async () => {
    const passwords = createPasswords(2 ** 12);
    const all = await Promise.allSettled(
      Array.from({ length: 60 }, () => passwords.hash('plum tree in may')),
    );
    const refused = all.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.length).toBe(60 - 42);
    expect(refused[0]?.reason).toMatchObject({ code: 'PASSWORDS_BUSY', kind: 'retry' });
  });

  it.each([
    ['plum tree', 'short'],
    ['🌳🌳🌳🌳🌳🌳🌳🌳🌳', 'short'],
    ['x'.repeat(257), 'long'],
    ['password123', 'common'],
    ['P4ssw0rd2024!', 'common'],
    ['1234567890', 'common'],
    ['12345678901', 'common'],
    ['0987654321', 'common'],
    ['aaaaaaaaaaaa', 'common'],
    ['abcabcabcabc', 'common'],
    ['qwertyuiop1', 'common'],
    ['Administrator1', 'common'],
    ['ann@example.org', 'email'],
    ['ANN@example.org', 'email'],
    ['plum tree in may', undefined],
    ['kV9-xQ2-pL7', undefined],
    ['drei kleine Bären', undefined],
  ])('%s: %s', (password, problem) => {
    expect(passwordProblem(password, 'ann@example.org')).toBe(problem);
  });
});
