import { setTimeout as sleep } from 'node:timers/promises';
import { naughtyStrings } from '@pushtech/event/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deep } from './bad-bodies.ts';
import { hear, open, request, say, statuses } from './raw-http.ts';
import { dataFolder, getJson, type Running, spawnFlow } from './start-flow.ts';

const folder = dataFolder();
const naughty = naughtyStrings();
let flow: Running;
beforeAll(async () => {
  flow = await spawnFlow(folder.path);
});
afterAll(async () => {
  flow.child.kill('SIGTERM');
  expect(await flow.ended).toBe(0);
  folder.remove();
});

describe('questions about numbers', () => {
  const day = 'from=2026-01-01&to=2026-01-02';
  it.each([
    ['/stats/summary?form=2026-01-01', 'form'],
    ['/stats/summary?__proto__=1', '__proto__'],
    ['/stats/summary?from=yesterday', 'from'],
    ['/stats/summary?from=2026-13-01', 'from'],
    ['/stats/summary?from=2026-01-01&from=2026-01-02', 'from'],
    ['/stats/summary?from=2026-01-02&to=2026-01-01', 'to'],
    ['/stats/summary?to=%ff', 'to'],
    ['/stats/summary?bots=maybe', 'bots'],
    ['/stats/summary?tz=Mars/Olympus', 'tz'],
    ['/stats/summary?tz=__proto__', 'tz'],
    ['/stats/summary?format=xml', 'format'],
    ['/stats/summary?type=a&type=b', 'type'],
    ['/stats/series?interval=year', 'interval'],
    [`/stats/series?interval=minute&from=2026-01-01T00:00Z&to=2026-01-07T22:41Z`, 'interval'],
    [`/stats/series?${day}&dimension=__proto__&value=x`, 'dimension'],
    [`/stats/series?${day}&dimension=&value=x`, 'dimension'],
    ['/stats/series?value=x', 'dimension'],
    ['/stats/top', 'dimension'],
    ['/stats/top?dimension=constructor', 'dimension'],
    ['/stats/top?dimension=properties.%27%3BDROP%20TABLE', 'dimension'],
    ['/stats/top?dimension=path&limit=0', 'limit'],
    ['/stats/top?dimension=path&limit=1e9', 'limit'],
    ['/stats/top?dimension=path&limit=NaN', 'limit'],
    ['/stats/top?dimension=path&limit[]=5', 'limit[]'],
    ['/stats/ledger?from=x', 'from'],
    ['/stats/ledger?run=a&run=b', 'run'],
    ['/stats/ledger?site=a', 'site'],
  ])('%s is refused and its field named', async (path, field) => {
    const response = await fetch(flow.url + path);
    expect({ status: response.status, ...((await response.json()) as object) }).toMatchObject({
      status: 400,
      error: expect.stringMatching(/^[a-z_]+$/),
      field,
      message: expect.any(String),
    });
  });

  it('a value of 8 KB is refused', async () => {
    const response = await fetch(`${flow.url}/stats/summary?site=${'a'.repeat(8193)}`);
    expect({ status: response.status, ...((await response.json()) as object) }).toMatchObject({
      status: 400,
      field: 'site',
    });
  });

  it('with naughty strings for every value are answered or refused, by JSON and CSV', async () => {
    for (const [index, text] of naughty.entries()) {
      const value = encodeURIComponent(text.toWellFormed());
      const name = ['from', 'tz', 'bots', 'limit', 'dimension', 'site', 'type'][index % 7] as string;
      const more = name === 'dimension' ? '' : 'dimension=path&';
      const response = await fetch(`${flow.url}/stats/top?${more}format=csv&${name}=${value}`);
      await response.text();
      expect([200, 400]).toContain(response.status);
    }
  }, 60_000);
});

describe('pages and forms', () => {
  it('take naughty strings for anything, and fail on none', async () => {
    for (const text of naughty) {
      const value = encodeURIComponent(text.toWellFormed());
      const form = new URLSearchParams({ password: text, to: text, csrf: text });
      const cookie = `pushtech_session=${encodeURI(text.toWellFormed())}`;
      const answers = await Promise.all([
        fetch(`${flow.url}/kafidx?type=${value}&${value}`, { headers: { accept: 'text/html' } }),
        fetch(`${flow.url}/auth/sign-in?to=${value}`, { headers: { cookie }, redirect: 'manual' }),
        fetch(`${flow.url}/auth/sign-in`, { method: 'POST', body: form, redirect: 'manual' }),
        fetch(`${flow.url}/auth/sign-out`, {
          method: 'POST',
          body: form,
          headers: { cookie },
          redirect: 'manual',
        }),
        fetch(`${flow.url}/stats/summary`, { headers: { authorization: `Bearer ${value}` } }),
        fetch(`${flow.url}/${value}`),
      ]);
      for (const answer of answers) {
        expect([answer.url, answer.status < 500]).toEqual([answer.url, true]);
        const to = answer.headers.get('location');
        if (to !== null) expect(to).toMatch(/^\/(?!\/)/);
        await answer.text();
      }
    }
  }, 60_000);
});

describe('the live viewer\u2019s websocket', () => {
  const connect = async (query = '') => {
    const socket = new WebSocket(`${flow.url.replace('http', 'ws')}/kafidx/stream${query}`);
    const errors: string[] = [];
    socket.onmessage = ({ data }) => {
      const { error } = JSON.parse(String(data)) as { error?: { code: string; message: string } };
      if (error) errors.push(`${error.code} ${error.message}`);
    };
    const closed = new Promise<number>((resolve) => {
      socket.onclose = ({ code }) => resolve(code);
    });
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return { socket, errors, closed };
  };

  it('answers messages it does not understand with an error, and goes on', async () => {
    const messages: [string | Uint8Array<ArrayBuffer>, RegExp][] = [
      ['', /^not_json/],
      ['{"filter":', /^not_json/],
      [deep(4000), /^message_unknown/],
      ['{"__proto__":{"pause":true}}', /^message_unknown/],
      ['{"filter":{"__proto__":1}}', /^filter_unknown .*__proto__/],
      ['{"filter":{"constructor":1}}', /^filter_unknown .*constructor/],
      ['{"filter":{"country":"Germany"}}', /^filter_invalid country/],
      ['{"filter":{"type":{"a":1}}}', /^filter_invalid type/],
      ['{"filter":{"bots":"maybe"}}', /^filter_invalid bots/],
      ['{"pause":1}', /^message_unknown/],
      ['{"pause":true,"filter":{}}', /^message_unknown/],
      [new Uint8Array([1, 2, 3]), /^not_json/],
    ];
    const { socket, errors } = await connect('?nonsense=1');
    for (const [message] of messages) socket.send(message);
    for (let wait = 0; wait < 100 && errors.length <= messages.length; wait++) await sleep(20);
    expect(errors).toEqual(
      [/^filter_unknown/, ...messages.map(([, error]) => error)].map((e) => expect.stringMatching(e)),
    );
    socket.close();
  });

  it('closes on what is too long, too much or no websocket frame', async () => {
    const long = await connect();
    long.socket.send('x'.repeat(10_000));
    expect(await long.closed).toBe(1009);
    const much = await connect();
    for (let n = 0; n < 100; n++) much.socket.send('{}');
    expect(await much.closed).toBe(1008);
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const upgrade = request('/kafidx/stream', [
      'Upgrade: websocket',
      key,
      'Sec-WebSocket-Version: 13',
    ]).replace('close', 'Upgrade');
    const socket = await open(flow.url);
    const answer = hear(socket);
    socket.write(upgrade);
    await sleep(100);
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
    expect(statuses(await answer)).toEqual([101]);
    expect(statuses(await say(flow.url, upgrade.replace('13', '99')))).toEqual([400]);
    expect(statuses(await say(flow.url, upgrade.replace(key, 'X: y')))).toEqual([400]);
    const gone = await open(flow.url);
    gone.write(upgrade);
    gone.resetAndDestroy();
    expect(await getJson(`${flow.url}/healthz`)).toMatchObject({ status: 'ok' });
  });
});
