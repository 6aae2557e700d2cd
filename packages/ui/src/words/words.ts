import type { IncomingMessage } from 'node:http';
import { de } from './de.ts';
import { en } from './en.ts';

/** The shape of English with any text in it. */
type Texts<T> = T extends string ? string : { readonly [Key in keyof T]: Texts<T[Key]> };
export type Words = Texts<typeof en>;

/** `xx` is English in brackets: what stands outside of them in a page is in no language file (tests look for it). */
export type Lang = 'en' | 'de' | 'xx';

const bracketed = <T>(value: T): T =>
  (typeof value === 'string'
    ? value && `⟦${value}⟧`
    : Object.fromEntries(
        Object.entries(value as object).map(([key, inner]) => [key, bracketed(inner)]),
      )) as T;

const all: Record<Lang, Words> = { en, de, xx: bracketed(en) };

/** The languages that people may choose. */
export const spoken = ['en', 'de'] as const satisfies Lang[];

export interface Speech {
  lang: Lang;
  words: Words;
}

const isLang = (text: string): text is Lang => Object.hasOwn(all, text);

const LANG_COOKIE = /(?:^|;\s*)pushtech_lang=([a-z]{2})(?:;|$)/;

/** What the browser says it reads, best first; weights are as good as ordered in what browsers send. */
const wanted = ({ headers }: IncomingMessage): string[] => [
  LANG_COOKIE.exec(headers.cookie ?? '')?.[1] ?? '',
  ...(headers['accept-language'] ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase()),
];

/** The words a page is made with: by cookie `pushtech_lang`, else by `Accept-Language`, else English. */
export const speechFor = (request: IncomingMessage): Speech => {
  const lang = wanted(request).find(isLang) ?? 'en';
  return { lang, words: all[lang] };
};
