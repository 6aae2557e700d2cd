import { request } from 'node:http';
import { connect } from 'node:net';
import { isId } from '@pushtech/event';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Started, startTracker } from './start-tracker.ts';

const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

describe('the pixel', () => {
  let tracker: Started;
  beforeAll(async () => {
    tracker = await startTracker();
  });
  afterAll(() => tracker.close());

  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(tracker.url + path, { headers });
    return {
      status: response.status,
      body: Buffer.from(await response.arrayBuffer()),
      id: response.headers.get('x-event-id'),
      notKept: response.headers.get('x-not-kept'),
      headers: response.headers,
    };
  };

  it('answers any type with the same 43 bytes and the id the event will have', async () => {
    const { status, body, id, headers } = await get('/t/some.thing:new-1?a=b');
    expect(status).toBe(200);
    expect(body).toEqual(GIF);
    expect(isId(id)).toBe(true);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    const { hits, received } = await tracker.drain();
    expect(received).toBe(1);
    expect(hits[0]).toMatchObject({
      id,
      type: 'some.thing:new-1',
      via: 'pixel',
      query: 'a=b',
      ip: '127.0.0.1',
    });
  });

  it('keeps what the request says of its sender', async () => {
    await get('/t/pageview', {
      'user-agent': 'Mozilla/5.0 "quoted"',
      referer: 'https://shop.example/a?b=c',
      'accept-language': 'de-DE,de',
      'sec-gpc': '1',
      dnt: '1',
      'sec-ch-ua-platform': '"Windows"',
    });
    const { hits } = await tracker.drain();
    expect(hits[0]).toMatchObject({
      ua: 'Mozilla/5.0 "quoted"',
      referer: 'https://shop.example/a?b=c',
      lang: 'de-DE,de',
      gpc: true,
      dnt: true,
      hints: { platform: 'Windows' },
    });
  });

  it('takes the sender’s own id, so that a retry is recognised', async () => {
    const own = '0190F3A0-0000-7000-8000-00000000000A';
    const { id } = await get(`/t/pageview?id=${own}`);
    expect(id).toBe(own.toLowerCase());
    const { hits } = await tracker.drain();
    expect(hits[0]?.id).toBe(own.toLowerCase());
  });

  const long = 'x'.repeat(1025);
  it.each([
    ['a type with other signs', '/t/bad%20type', 'type_invalid; field=type'],
    ['no type', '/t/', 'type_invalid; field=type'],
    ['a type of 65 letters', `/t/${'a'.repeat(65)}`, 'type_invalid; field=type'],
    ['an id that is none', '/t/a?id=12', 'id_invalid; field=id'],
    ['a date of 1970', '/t/a?at=1', 'at_out_of_range; field=at'],
    ['a date that is none', '/t/a?at=yesterday', 'value_invalid; field=at'],
    ['a place off the earth', '/t/a?lat=91&lng=0', 'value_invalid; field=lat'],
    ['half a place', '/t/a?lat=9', 'value_invalid; field=lng'],
    ['a value over 1 KB', `/t/a?k=${long}`, 'value_too_long; field=k'],
    ['a name over 64', `/t/a?${'n'.repeat(65)}=1`, `name_too_long; field=${'n'.repeat(64)}`],
    ['a name that reaches into objects', '/t/a?__proto__=1', 'name_forbidden; field=__proto__'],
    [
      '2,000 parameters',
      `/t/a?${Array.from({ length: 2000 }, (_, i) => `${i % 10}=1`).join('&')}`,
      'too_many',
    ],
    ['an address over 8 KB', `/t/a?k=${'y'.repeat(8200)}`, 'url_too_long; field=url'],
  ])(
    'refuses %s with a reason that names the field, and still answers the pixel',
    async (_what, path, reason) => {
      const { status, body, notKept, id } = await get(path);
      expect(status).toBe(200);
      expect(body).toEqual(GIF);
      expect(id).toBeNull();
      expect(notKept?.startsWith(reason)).toBe(true);
      const { hits, dropped, received } = await tracker.drain();
      expect(hits).toEqual([]);
      expect(received).toBe(1);
      expect(dropped).toMatchObject([{ step: 'tracker', n: 1, reason: reason.split(';')[0] }]);
    },
  );

  it('answers the same, prebuilt on connections that stay open and written by Node on others', async () => {
    const ask = (connection: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(tracker.port, '127.0.0.1');
        let text = '';
        socket.setEncoding('latin1').on('data', (chunk) => {
          text += chunk;
          if (text.endsWith(GIF.toString('latin1'))) socket.end();
        });
        socket
          .on('end', () => resolve(text))
          .on('close', () => resolve(text))
          .on('error', reject);
        socket.write(`GET /t/pageview HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\n\r\n`);
      });
    const lines = (text: string) =>
      text
        .replace(/^(X-Event-Id|Date): .*$/gim, '$1: …')
        .replace(/^(Connection: |Keep-Alive: ).*\r\n/gim, '')
        .split('\r\n')
        .sort();
    const open = await ask('keep-alive');
    expect(open).toContain('Connection: keep-alive');
    expect(open).toContain('Keep-Alive: timeout=72');
    expect(lines(open)).toEqual(lines(await ask('close')));
    await tracker.drain();
  });

  it('answers a HEAD without counting it', async () => {
    const response = await fetch(`${tracker.url}/t/pageview`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect((await tracker.drain()).received).toBe(0);
  });

  it('takes raw bytes above 0x7f and broken percent signs as they come', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(tracker.port, '127.0.0.1', () =>
        socket.end(
          Buffer.from(
            'GET /t/pageview?a=\xff\xfe&b=%zz&c=%E0%A4 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
            'latin1',
          ),
        ),
      );
      let text = '';
      socket.setEncoding('latin1');
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => resolve(text)).on('error', reject);
    });
    // Node's parser may refuse such bytes; a refusal is a clear 400, never a hang or a 5xx.
    expect(answer).toMatch(/^HTTP\/1\.1 (200 OK|400 Bad Request)/);
    await tracker.drain();
  });

  it('answers 431 to headers over 16 KB, as JSON that says so', async () => {
    const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = request(
        `${tracker.url}/t/pageview`,
        { headers: { 'x-big': 'x'.repeat(20_000) } },
        (response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      sent.on('error', reject);
      sent.end();
    });
    expect(answer.status).toBe(431);
    expect(JSON.parse(answer.body).error).toBe('headers_too_large');
  });

  it('records refusals one by one up to 100 a second, then as numbers, and loses none', async () => {
    await Promise.all(Array.from({ length: 400 }, () => get('/t/a?id=no')));
    const { dropped, received } = await tracker.drain();
    expect(received).toBe(400);
    expect(dropped.reduce((sum, { n }) => sum + n, 0)).toBe(400);
    expect(dropped.length).toBeLessThan(400);
  });
});
