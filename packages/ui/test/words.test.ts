import { describe, expect, it } from 'vitest';
import { de } from '../src/words/de.ts';
import { en } from '../src/words/en.ts';
import { say } from '../src/words/say.ts';
import { speechFor } from '../src/words/words.ts';

/** Every text by its path, `live.skipped.one`. */
const textsOf = (words: object, path = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : textsOf(value, `${path}${key}.`),
  );

const english = new Map(textsOf(en));
const german = new Map(textsOf(de));
const blanks = (text = ''): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();

describe('the language files', () => {
  it('have the same shape', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('have no text that is empty in one of them only, and none with spaces at its ends', () => {
    const odd = [...english].filter(([path, text]) => {
      const other = german.get(path) ?? '';
      return (text === '') !== (other === '') || text !== text.trim() || other !== other.trim();
    });
    expect(odd).toEqual([]);
  });

  it('have the same blanks in each text; a form for one may leave out the number', () => {
    const differ = [...english.keys()].filter((path) => {
      const [a, b] = [english.get(path), german.get(path)].map((text) =>
        blanks(text).filter((blank) => !(path.endsWith('.one') && blank === '{n}')),
      );
      return String(a) !== String(b);
    });
    expect(differ).toEqual([]);
  });

  it('are translated: no sentence of three words is the same in both', () => {
    const isSentence = (text: string): boolean =>
      text
        .replace(/\{\w+\}|[\w/.:*=-]*[:/*=.][\w/.:*=-]+/g, '')
        .trim()
        .split(/\s+/).length >= 3;
    expect([...english].filter(([path, text]) => isSentence(text) && german.get(path) === text)).toEqual([]);
  });
});

describe('say', () => {
  it('fills blanks and leaves those without a value', () => {
    expect(say('{a} of {b}, {c}', { a: 'x', b: 1234 })).toBe('x of 1,234, {c}');
  });

  it('takes no value from what every object has', () => {
    expect(say('{constructor} {toString}')).toBe('{constructor} {toString}');
  });

  it('chooses the form and writes the number as the language does', () => {
    const forms = { one: '{n} event', other: '{n} events' };
    expect([1, 0, 12_345].map((n) => say(forms, { n }))).toEqual(['1 event', '0 events', '12,345 events']);
    expect(say(forms, { n: 12_345 }, 'de')).toBe('12.345 events');
  });
});

describe('the language of a page', () => {
  const langOf = (headers: Record<string, string>) => speechFor({ headers } as never).lang;

  it('is that of the cookie, else of the browser, else English', () => {
    expect(langOf({ cookie: 'a=b; pushtech_lang=de', 'accept-language': 'en' })).toBe('de');
    expect(langOf({ 'accept-language': 'fr-FR, de-AT;q=0.8, en;q=0.5' })).toBe('de');
    expect(langOf({ cookie: 'pushtech_lang=__proto__', 'accept-language': 'fr' })).toBe('en');
  });

  it('may be the one in brackets, in which every text of ours shows', () => {
    const { words } = speechFor({ headers: { cookie: 'pushtech_lang=xx' } } as never);
    expect(textsOf(words).every(([, text]) => text === '' || /^⟦.+⟧$/su.test(text))).toBe(true);
  });
});
