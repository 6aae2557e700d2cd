// The note by which the tag leaves a browser out, kept per address (`packages/tag`, README).

const NAME = 'pushtech.off';

/** Whether this browser is left out; `undefined` where pages may keep nothing. */
export const isIgnored = () => {
  try {
    return localStorage.getItem(NAME) === '1';
  } catch {
    return undefined;
  }
};

/** @param {boolean} ignored @returns whether it could be kept */
export const setIgnored = (ignored) => {
  try {
    if (ignored) localStorage.setItem(NAME, '1');
    else localStorage.removeItem(NAME);
    return true;
  } catch {
    return false;
  }
};
