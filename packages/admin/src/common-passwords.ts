/**
 * What is tried first. Passwords shorter than ten characters are refused anyway, so only longer ones stand here; digits and
 * signs at the end do not make them better and are taken off before the comparison.
 */
const words = [
  'abcdefghij',
  'administrator',
  'basketball',
  'changemenow',
  'chocolate',
  'correcthorse',
  'correcthorsebatterystaple',
  'dontforget',
  'football',
  'iloveyou',
  'iloveyouforever',
  'letmein',
  'letmeinplease',
  'liverpool',
  'manchester',
  'mypassword',
  'ilovepushtech',
  'newpassword',
  'passwort',
  'password',
  'passwordpassword',
  'passwortpasswort',
  'princess',
  'pushtech',
  'pushtechadmin',
  'qwertyuiop',
  'qwertzuiop',
  'qwerty',
  'qwertz',
  'qwertyqwerty',
  'secret',
  'secretpassword',
  'starwars',
  'sunshine',
  'superman',
  'supersecret',
  'testtesttest',
  'thisismypassword',
  'trustno',
  'welcome',
  'willkommen',
  'hallohallo',
  'geheim',
  'meinpasswort',
  'sommersommer',
  'schalke',
  'asdfghjkl',
  'asdfghjklö',
  'yxcvbnm',
  'zxcvbnm',
  'qazwsxedc',
  'administratoradmin',
  'adminadmin',
  'rootroot',
  'michelle',
];

const common: ReadonlySet<string> = new Set(words);

/** `P4ssw0rd!!` is `password`. */
const plain = (password: string): string =>
  password
    .toLowerCase()
    .replace(/[^\p{L}\p{N}@$!]/gu, '')
    .replace(/[\d!$@]+$/, '')
    .replace(/[@4]/g, 'a')
    .replace(/0/g, 'o')
    .replace(/[1!]/g, 'i')
    .replace(/3/g, 'e')
    .replace(/[$5]/g, 's');

/** One sign over and over, or a row of them: `aaaaaaaaaa`, `1234567890`, `abababababab`. */
const isRow = (password: string): boolean => {
  if (/^(.{1,3})\1+.{0,2}$/su.test(password)) return true;
  const steps = new Set(
    [...password].slice(1).map((sign, i) => (sign.codePointAt(0) ?? 0) - (password.codePointAt(i) ?? 0)),
  );
  return steps.size === 1 || /^(0?1234567890?|0?987654321)+\d{0,4}$/.test(password);
};

/** Whether a password is among the first that anybody would try. */
export const isCommon = (password: string): boolean => {
  const bare = plain(password);
  return isRow(password) || common.has(bare) || bare.length < 4;
};
