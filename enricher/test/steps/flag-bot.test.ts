import { describe, expect, it } from 'vitest';
import { CHROME, eventOf, posted } from '../through.ts';

describe('bot', () => {
  it.each([
    [{ ua: CHROME }, undefined],
    [{ ua: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }, ['agent:Google']],
    [{ ua: '' }, ['agent:missing']],
    [{ ua: CHROME, prefetch: true as const }, ['prefetch']],
    [{ ua: 'curl/8.5.0', prefetch: true as const }, ['agent:curl/8.5.0', 'prefetch']],
  ])('of %j is %j, and the event is kept', (facts, reasons) => {
    expect(eventOf(posted({}, facts)).bot?.reasons).toEqual(reasons);
  });

  it('is flagged where no agent came along', () => {
    const { ua, ...hit } = posted({});
    expect(ua).toBe(CHROME);
    expect(eventOf(hit).bot?.reasons).toEqual(['agent:missing']);
  });

  it('is not what a tracker’s heartbeat is flagged as', () => {
    const { ua: _, ...beat } = posted({ type: 'heartbeat' }, { run: 'heartbeat' });
    expect(eventOf(beat).bot).toBeUndefined();
  });
});
