import { describe, expect, it } from 'vitest';
import { CHROME, eventOf, imported, posted } from '../through.ts';

describe('device', () => {
  it('is read from the user agent', () => {
    expect(eventOf(posted({})).device).toEqual({
      kind: 'desktop',
      os: { name: 'Linux' },
      browser: { name: 'Chrome', version: '124.0.0.0' },
    });
  });

  it('is known better with client hints', () => {
    const hints = {
      brands: 'Chromium;v=124, Microsoft Edge;v=124',
      platform: 'Windows',
      platformVersion: '15.0.0',
    };
    expect(eventOf(posted({}, { hints })).device).toMatchObject({
      os: { name: 'Windows', version: '11' },
      browser: { name: 'Edge' },
    });
  });

  it("is an import's own, without the importer's hints", () => {
    const event = eventOf(imported({ ua: CHROME }, { ua: 'curl/8', hints: { model: 'Pixel' } }));
    expect(event.device?.model).toBeUndefined();
    expect(event.bot).toBeUndefined();
  });

  it('is missing where nothing says what it is', () => {
    expect(eventOf(posted({}, { ua: '§§§' })).device).toBeUndefined();
  });
});
