import type { Ask } from './ask.ts';

const kinds: Record<string, RegExp> = {
  js: /^(text|application)\/javascript\b/,
  css: /^text\/css\b/,
  svg: /^image\/svg\+xml\b/,
};

/** Scripts, modules, sheets and icons that a page names, as addresses. */
export const assetsOf = (html: string, page: string): string[] => {
  const tags = html.match(/<(?:script|link)\b[^>]*>/gi) ?? [];
  const named = tags.flatMap((tag) => /\s(?:src|href)="([^"]+)"/i.exec(tag)?.[1] ?? []);
  return [...new Set(named.map((address) => new URL(address.replaceAll('&amp;', '&'), page).href))];
};

/** What is wrong with an asset; nothing if a browser can use it. */
const problemWith = async (url: string, ask: Ask): Promise<string[]> => {
  const { status, headers, body } = await ask(url);
  if (status !== 200) return [`${url} answers ${status}`];
  const type = headers['content-type'] ?? '';
  const kind = kinds[/\.(\w+)$/.exec(new URL(url).pathname)?.[1] ?? ''];
  if (kind && !kind.test(type)) return [`${url} comes as "${type}"`];
  return body.length === 0 ? [`${url} is empty`] : [];
};

/** Asks for all assets, a few at a time as a browser would. @returns sentences about those that do not load */
export const problemsWith = async (urls: readonly string[], ask: Ask): Promise<string[]> => {
  const left = [...urls];
  const problems: string[] = [];
  const load = async (): Promise<void> => {
    for (let url = left.shift(); url !== undefined; url = left.shift())
      problems.push(...(await problemWith(url, ask)));
  };
  await Promise.all(Array.from({ length: 6 }, load));
  return problems;
};
