import { createHmac } from 'node:crypto';
import type { Hit } from '@pushtech/event';
import { describe, expect, it } from 'vitest';
import { CHROME, enrich, eventOf, posted, RECEIVED_AT } from '../through.ts';

const url = 'https://www.shop.example/a';
const visitorOf = (hit: Hit) => eventOf(hit).visitor;

describe('visitor', () => {
  it('is the published function of key, day, site, full address and agent', () => {
    const expected = createHmac('sha256', 'a secret key of at least 32 characters')
      .update(`2026-05-17\x1fshop.example\x1f81.2.69.142\x1f${CHROME}`)
      .digest('base64url')
      .slice(0, 16);
    expect(visitorOf(posted({ url }))).toBe(expected);
  });

  const same = visitorOf(posted({ url }));
  it.each<[string, boolean, Hit]>([
    ['the page', true, posted({ url: `${url}/other` })],
    ['the time of day', true, posted({ url, at: RECEIVED_AT - 3_600_000 })],
    ['the day', false, posted({ url, at: RECEIVED_AT - 86_400_000 })],
    ['the site', false, posted({ url: 'https://other.example/' })],
    ['an address of the same network', false, posted({ url }, { ip: '81.2.69.143' })],
    ['the agent', false, posted({ url }, { ua: `${CHROME} x` })],
  ])('with a change of %s: the same one is %s', (_, isSame, hit) => {
    expect(visitorOf(hit) === same).toBe(isSame);
  });

  it('and session are those that were sent', () => {
    expect(eventOf(posted({ vid: 'me', sid: 's1' }))).toMatchObject({ visitor: 'me', session: 's1' });
  });

  it('is unknown without an address', () => {
    const { ip, ...hit } = posted({});
    expect(ip).toBeDefined();
    expect(visitorOf(hit)).toBeUndefined();
  });

  it.each<[string, Hit]>([
    ['Sec-GPC', posted({ url, vid: 'me', sid: 's1' }, { gpc: true })],
    ['DNT', posted({ url, vid: 'me', sid: 's1' }, { dnt: true })],
    ['consent=0', posted({ url, vid: 'me', sid: 's1', consent: false })],
  ])('is nobody when %s asks for it, but the event counts', (_, hit) => {
    const event = eventOf(hit);
    expect(event).toMatchObject({ anonymous: true, site: 'shop.example' });
    expect(event.visitor).toBeUndefined();
    expect(event.session).toBeUndefined();
  });
});

describe('site', () => {
  it.each([
    [{ site: 'mine', url }, 'mine'],
    [{ url }, 'shop.example'],
    [{ url: 'https://blog.shop.example:444/' }, 'blog.shop.example'],
    [{ url: 'http://[2001:db8::1]:80/' }, '2001:db8::1'],
    [{ url: 'https://www.bücher.example/' }, 'xn--bcher-kva.example'],
    [{ url: 'https://<script>/' }, undefined],
    [{}, undefined],
  ])('of %j is %s', (item, site) => {
    expect(eventOf(posted(item)).site).toBe(site);
  });

  it.each([
    ['shop.example', true],
    ['other.example', false],
  ])('%s: an event of shop.example is kept by SITES: %s', (sites, kept) => {
    const { verdict, step } = enrich(posted({ url }), [sites]);
    if (kept) expect(verdict).toBeUndefined();
    else expect({ step, ...verdict }).toMatchObject({ step: 'visitor', kind: 'drop', reason: 'site' });
  });

  it('that nobody knows is dropped when SITES lists any', () => {
    expect(enrich(posted({}), ['shop.example']).verdict).toMatchObject({ kind: 'drop', reason: 'site' });
  });

  it('does not matter for a tracker’s heartbeat', () => {
    const beat = posted({ type: 'heartbeat' }, { run: 'heartbeat' });
    expect(enrich(beat, ['shop.example']).verdict).toBeUndefined();
  });
});
