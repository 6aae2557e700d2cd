import { signTarget } from '@pushtech/event';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRET_KEY, type Started, startTracker } from './start-tracker.ts';

let tracker: Started;
beforeAll(async () => {
  tracker = await startTracker({ trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] });
});
afterAll(() => tracker.close());

describe('GET /t without a type', () => {
  const see = async (headers: Record<string, string>) =>
    (await (await fetch(`${tracker.url}/t`, { headers })).json()) as Record<string, unknown>;

  it('says which address it saw and where it read it', async () => {
    expect(await see({})).toMatchObject({ address: '127.0.0.1', from: 'socket' });
    expect(await see({ 'x-forwarded-for': '6.6.6.6, 81.2.69.142, 10.1.2.3' })).toMatchObject({
      address: '81.2.69.142',
      from: 'x-forwarded-for',
    });
    expect(await see({ forwarded: 'for=1.2.3.4, for="[2a02:d300::1]:443";proto=https' })).toMatchObject({
      address: '2a02:d300::1',
      from: 'forwarded',
    });
  });

  it('counts nothing', async () => {
    await see({});
    expect((await tracker.drain()).received).toBe(0);
  });
});

describe('client addresses without declared proxies', () => {
  it('come from the socket, whatever headers say, and say so', async () => {
    const plain = await startTracker();
    const seen = await (
      await fetch(`${plain.url}/t`, { headers: { 'x-forwarded-for': '81.2.69.142' } })
    ).json();
    expect(seen).toMatchObject({
      address: '127.0.0.1',
      from: 'socket',
      hint: expect.stringContaining('TRUSTED_PROXIES'),
    });
    await plain.close();
  });

  it('count hops from the right', async () => {
    const plain = await startTracker({ trustedProxies: ['2'] });
    const seen = await (
      await fetch(`${plain.url}/t`, { headers: { 'x-forwarded-for': '9.9.9.9, 81.2.69.142, 10.9.9.9' } })
    ).json();
    expect(seen).toMatchObject({ address: '81.2.69.142' });
    await plain.close();
  });
});

describe('GET /r', () => {
  const follow = (
    target: string,
    more: Record<string, string> = {},
    signature = signTarget(SECRET_KEY, target),
  ) =>
    fetch(`${tracker.url}/r?${new URLSearchParams({ u: target, s: signature, ...more })}`, {
      redirect: 'manual',
    });

  it('counts the click and sends the browser on', async () => {
    const response = await follow('https://shop.example/a?b=ü', { offer: '17', type: 'offer.click' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toContain('https://shop.example/a?b=');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const { hits } = await tracker.drain();
    expect(hits[0]).toMatchObject({
      id: response.headers.get('x-event-id'),
      type: 'offer.click',
      via: 'redirect',
    });
    expect(new URLSearchParams(hits[0]?.query).get('target')).toBe('https://shop.example/a?b=ü');
    expect(new URLSearchParams(hits[0]?.query).has('s')).toBe(false);
  });

  it.each([
    ['javascript:alert(1)', undefined, 'target'],
    ['//evil.example', undefined, 'target'],
    ['https://user:pass@evil.example/', undefined, 'target'],
    ['https://evil.example\\@good.example/', undefined, 'target'],
    ['https://evil.example/\r\nSet-Cookie: a=b', undefined, 'target'],
    ['https://evil.example/', 'wrong', 'signature'],
    ['https://evil.example/', '', 'signature'],
  ])('refuses %j', async (target, signature, error) => {
    const response = await follow(target, {}, signature ?? signTarget(SECRET_KEY, target));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error });
    expect((await tracker.drain()).dropped).toMatchObject([{ reason: error }]);
  });

  it('still leads on when the event itself cannot be kept', async () => {
    const response = await follow('https://shop.example/', { id: 'no id' });
    expect(response.status).toBe(302);
    expect(response.headers.get('x-not-kept')).toBe('id_invalid; field=id');
    await tracker.drain();
  });
});

it('robots.txt keeps crawlers away', async () => {
  expect(await (await fetch(`${tracker.url}/robots.txt`)).text()).toContain('Disallow: /t');
});
