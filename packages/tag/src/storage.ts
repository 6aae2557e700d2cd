import { safely } from './safely.ts';

const PREFIX = 'pushtech.';

/** What outlives the page, as far as the browser lets us; what it does not keep is known as long as the page lives. */
export const openStorage = () => {
  // Asking for it throws where it is forbidden.
  const area = safely(() => localStorage)();
  const own = new Map<string, string>();
  return {
    read: (name: string): string | undefined => own.get(name) ?? area?.getItem(PREFIX + name) ?? undefined,
    /** There may be no room. @param kept `false`: for this page only */
    write: safely((name: string, value: string, kept = true): void => {
      own.set(name, value);
      if (!kept) area?.removeItem(PREFIX + name);
      else if (area) {
        area.setItem(PREFIX + name, value);
        own.delete(name);
      }
    }),
    remove(name: string): void {
      own.delete(name);
      area?.removeItem(PREFIX + name);
    },
    /** Names that begin so, those of other tabs included, sorted. */
    names: (start: string): string[] =>
      [...Object.keys(area ?? {}).map((key) => key.slice(PREFIX.length)), ...own.keys()]
        .filter((name) => name.startsWith(start))
        .sort(),
  };
};

export type Storage = ReturnType<typeof openStorage>;
