import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeLists } from '../data/make-lists.ts';
import { loadReferrerLists } from '../src/referrer-lists.ts';
import { splitUrl } from '../src/split-url.ts';

const json = JSON.parse(readFileSync(new URL('../data/referrers.json', import.meta.url), 'utf8')) as {
  ai: Record<string, string[]>;
  social: Record<string, string[]>;
  search: Record<string, { urls: string[]; params?: string[] }[]>;
};
const lists = loadReferrerLists();

describe('the lists of referrers', () => {
  it('are those of the YAML files', () => {
    expect(json).toEqual(JSON.parse(makeLists()));
  });

  it('find every assistant and every social network under its own address', () => {
    const missed = [...Object.entries(json.ai), ...Object.entries(json.social)].flatMap(([source, urls]) =>
      urls.filter((url) => lists.find(splitUrl(`https://${url}`))?.source !== decodeURIComponent(source)),
    );
    expect(missed).toEqual([]);
  });

  it('find every engine and the keyword under each of its addresses', () => {
    const missed: string[] = [];
    for (const [source, definitions] of Object.entries(json.search)) {
      for (const { urls, params = [] } of definitions) {
        const param = params.find((name) => !name.startsWith('/'));
        if (param === undefined) continue;
        for (const url of urls) {
          const address = url
            .replace('{}.', 'de.')
            .replace('{}', 'de')
            .replace('android-app//', 'android-app://');
          const found = lists.find(splitUrl(`https://${address}?${param}=red+hat`));
          if (found?.medium === 'ai') continue;
          if (found?.source !== source || found.term !== 'red hat')
            missed.push(`${source}: ${url} → ${found?.source}`);
        }
      }
    }
    expect(missed).toEqual([]);
  });
});
