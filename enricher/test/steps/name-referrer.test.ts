import { describe, expect, it } from 'vitest';
import { eventOf, pixel, posted } from '../through.ts';

const url = 'https://www.shop.example/a';

/** [referrer, medium, source, term] */
const table: [string, string, string?, string?][] = [
  ['https://www.google.com/', 'search', 'Google'],
  ['https://www.google.co.uk/search?q=red+hats&hl=en', 'search', 'Google', 'red hats'],
  ['https://google.de/url?sa=t&q=', 'search', 'Google'],
  ['http://www.google.com/imgres?imgurl=x&q=cat', 'search', 'Google Images', 'cat'],
  ['https://www.google.com/maps/place', 'link'],
  ['android-app://com.google.android.googlequicksearchbox/', 'search', 'Google'],
  ['https://www.bing.com/search?q=caf%C3%A9', 'search', 'Bing', 'café'],
  ['https://de.bing.com/search?q=x', 'search', 'Bing', 'x'],
  ['https://duckduckgo.com/?q=x%20y', 'search', 'DuckDuckGo', 'x y'],
  ['https://duckduckgo.com/', 'search', 'DuckDuckGo'],
  ['https://fr.search.yahoo.com/search;_ylt=A?p=chapeau', 'search', 'Yahoo!', 'chapeau'],
  ['https://xx-new.search.yahoo.com/search?p=hat', 'search', 'Yahoo!', 'hat'],
  ['https://go.mail.ru/search?q=%EF%F0%E8%E2%E5%F2', 'search', 'Mailru', 'привет'],
  ['https://yandex.ru/search/?text=%D0%BF%D1%80%D0%B8', 'search', 'Yandex', 'при'],
  ['https://www.baidu.com/s?wd=%C4%E3%BA%C3', 'search', 'Baidu', '你好'],
  ['http://1.cz/s/ahoj/', 'search', '1.cz', 'ahoj'],
  ['https://www.ecosia.org/search?q=tree', 'search', 'Ecosia', 'tree'],
  ['https://l.facebook.com/l.php?u=x', 'social', 'Facebook'],
  ['https://m.facebook.com/', 'social', 'Facebook'],
  ['https://t.co/abc', 'social', 'Twitter'],
  ['https://old.reddit.com/r/hats', 'social', 'reddit'],
  ['https://notfacebook.com/', 'link'],
  ['https://chatgpt.com/', 'ai', 'ChatGPT'],
  ['https://www.perplexity.ai/search?q=x', 'ai', 'Perplexity'],
  ['https://x.com/i/grok?conversation=1', 'ai', 'Grok'],
  ['https://x.com/somebody', 'social', 'Twitter'],
  ['https://gemini.google.com/app', 'ai', 'Gemini'],
  ['https://blog.example/post', 'link'],
  ['https://constructor/', 'link'],
  ['https://shop.example/b', 'internal'],
  ['http://WWW.shop.example:8080/b', 'internal'],
];

describe('referrer', () => {
  it.each(table)('%s is %s %s %s', (ref, medium, source, term) => {
    const { referrer } = eventOf(posted({ url, ref }));
    expect({ medium: referrer?.medium, source: referrer?.source, term: referrer?.term }).toEqual({
      medium,
      source,
      term,
    });
  });

  it('loses its query once the term is read', () => {
    expect(eventOf(posted({ url, ref: 'https://www.google.com/search?q=secret#x' })).referrer?.url).toBe(
      'https://www.google.com/search',
    );
  });

  it('is not the Referer header: that is the page with the pixel', () => {
    expect(eventOf(pixel('', { referer: 'https://www.google.com/' })).referrer).toBeUndefined();
    expect(eventOf(pixel('url=https://a.test/', { referer: 'https://b.test/' })).referrer).toBeUndefined();
  });

  it.each(['-', 'garbage', '/path', 'about:blank', 'https://'])('is nothing for %j', (ref) => {
    expect(eventOf(posted({ url, ref })).referrer).toBeUndefined();
  });
});
