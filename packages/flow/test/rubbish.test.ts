import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isId, newId } from '@pushtech/event';
import { naughtyStrings } from '@pushtech/event/fixtures';
import type { Ledger } from '@pushtech/stats';
import { seeded } from '@pushtech/testing/seeded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodies, deep } from './bad-bodies.ts';
import { requests } from './bad-requests.ts';
import { header, hear, open, request, say, statuses } from './raw-http.ts';
import { dataFolder, getJson, postEvents, type Running, settled, spawnFlow } from './start-flow.ts';

interface Result {
  id?: string;
  error?: string;
  field?: string;
  message?: string;
}

const folder = dataFolder();
const naughty = naughtyStrings();
/** Ids that were answered: each must be counted in the end. */
const accepted: string[] = [];
let flow: Running;
let slowAnswers: Promise<string[]>;
let memoryBefore: number;

/** The sum of a counter's samples, whatever their labels, or of those with this one. */
const metric = async (name: string, label = ''): Promise<number> => {
  const text = await (await fetch(`${flow.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
};
const refusedFor = (reason: string) => metric('pushtech_tracker_hits_refused_total', `reason="${reason}"`);

/** A well-behaved event between the rubbish. */
const sendGood = async (): Promise<void> => {
  const response = await fetch(`${flow.url}/t/good?site=shop.example`);
  expect((await response.arrayBuffer()).byteLength).toBe(43);
  const id = response.headers.get('x-event-id') as string;
  expect(isId(id)).toBe(true);
  accepted.push(id);
};

/** One byte a second, for a body and for headers. */
const sendSlowly = async (begin: string): Promise<string> => {
  const socket = await open(flow.url);
  const answer = hear(socket, 25_000);
  socket.write(begin);
  const drip = setInterval(() => socket.writable && socket.write('a'), 1000);
  return answer.finally(() => clearInterval(drip));
};

beforeAll(async () => {
  flow = await spawnFlow(folder.path);
  slowAnswers = Promise.all([
    sendSlowly('POST /t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{'),
    sendSlowly('GET /t/slow HTTP/1.1\r\nX-Slow: '),
  ]);
  for (let i = 0; i < 50; i++) await sendGood();
  memoryBefore = await metric('process_resident_memory_bytes');
});
afterAll(async () => {
  flow.child.kill('SIGTERM');
  await flow.ended;
  folder.remove();
});

const NOT_KEPT = /^[a-z_]+(; field=[\w.:%!'()*~-]+)?$/;

/** What a pixel's answer says; takes note of ids. */
const pixelOutcome = (id: string | null | undefined, notKept: string | null | undefined): string => {
  if (!id) expect(notKept).toMatch(NOT_KEPT);
  else {
    expect(isId(id)).toBe(true);
    accepted.push(id);
  }
  return notKept ?? 'kept';
};

const pixel = async (target: string): Promise<string> => {
  const response = await fetch(flow.url + target);
  expect(response.status).toBe(200);
  expect((await response.arrayBuffer()).byteLength).toBe(43);
  return pixelOutcome(response.headers.get('x-event-id'), response.headers.get('x-not-kept'));
};

const post = async (body: string | Uint8Array, headers: Record<string, string> = {}, query = '') => {
  const response = await fetch(`${flow.url}/t${query}`, {
    method: 'POST',
    body: body as never,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const answer = (await response.json()) as { results?: Result[]; error?: string; message?: string };
  for (const { id } of answer.results ?? []) if (id) accepted.push(id);
  return { status: response.status, ...answer };
};

/** Reserved names that take any text, and those that have a form of their own. */
const TEXTS = ['url', 'ref', 'title', 'vid', 'sid'];
const FORMS = ['type', 'id', 'site', 'at', 'sent', 'lat', 'lng', 'consent'];

describe('naughty strings', () => {
  it('in every field of a pixel: kept, or not kept with the field named', async () => {
    const encode = (text: string) => encodeURIComponent(text.toWellFormed());
    const one = async (text: string): Promise<void> => {
      const value = encode(text);
      for (const name of TEXTS) expect(await pixel(`/t/a?${name}=${value}`)).toMatch(/^kept$|value_too_long/);
      for (const name of FORMS.slice(1)) {
        expect(await pixel(`/t/a?${name}=${value}`)).toMatch(
          new RegExp(`^kept$|field=(${name}|${name === 'lat' ? 'lng' : 'lat'})$`),
        );
      }
      // `.` and `..` as a path of their own are resolved by the client before they are sent.
      if (!/^\.{0,2}$/.test(text)) expect(await pixel(`/t/${value}`)).toMatch(/^kept$|field=type$/);
      await pixel(`/t/a?${value}=1&b=${value}`);
    };
    const waiting = [...naughty];
    const work = async () => {
      for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) await one(text);
    };
    await Promise.all([work(), work(), work(), work()]);
    await sendGood();
  }, 60_000);

  it('in every field of a POST: taken, or refused with the field named', async () => {
    for (const text of naughty) {
      const items = [
        ...[...TEXTS, ...FORMS].map((name) => ({ type: 'a', lng: 1, lat: 1, [name]: text })),
        { type: 'a', [text]: text },
        { type: 'a', properties: { [text]: text } },
        { type: 'a', properties: { deep: { [text]: [text] } } },
        text,
      ];
      const { status, results = [] } = await post(JSON.stringify(items));
      expect(status).toBe(202);
      results.forEach(({ id, error, field, message }, index) => {
        if (id) return;
        const name = [...TEXTS, ...FORMS, text.slice(0, 64), text.slice(0, 64), 'deep', ''][index];
        expect({ error, field }).toEqual({ error: expect.stringMatching(/^[a-z_]+$/), field: name });
        expect(message).toBeTruthy();
      });
    }
  }, 60_000);

  it('in the headers, as bytes: a pixel, or 400 where HTTP itself forbids them', async () => {
    const names = ['User-Agent', 'Referer', 'Accept-Language', 'Sec-CH-UA', 'Sec-CH-UA-Platform'];
    for (const text of naughty) {
      const bytes = Buffer.from(text).toString('latin1');
      const answer = await say(
        flow.url,
        request(
          '/t/a',
          names.map((name) => `${name}: ${bytes}`),
        ),
      );
      const [status] = statuses(answer);
      expect([200, 400]).toContain(status);
      if (status === 200) pixelOutcome(header(answer, 'X-Event-Id'), header(answer, 'X-Not-Kept'));
    }
    await sendGood();
  }, 60_000);
});

it('a click-through to a naughty string leads nowhere, and says which part is wrong', async () => {
  for (const text of naughty) {
    const value = encodeURIComponent(text.toWellFormed());
    const response = await fetch(`${flow.url}/r?u=${value}&s=${value}&type=${value}`, { redirect: 'manual' });
    expect({ status: response.status, ...((await response.json()) as object) }).toMatchObject({
      status: 400,
      error: expect.stringMatching(/^(target|signature)$/),
      field: expect.stringMatching(/^[us]$/),
    });
  }
}, 60_000);

describe('a POST', () => {
  it.each(bodies)('of %s is refused with its reason', async (_what, body, headers, status, error, field) => {
    const before = await refusedFor(error);
    const answer = await post(body, headers);
    const said: Result = answer.results?.[0] ?? (answer as Result);
    expect({ status: answer.status, error: said.error }).toEqual({ status, error });
    if (field !== undefined) expect(said.field).toBe(field);
    expect(said.message).toBeTruthy();
    expect(await refusedFor(error)).toBe(before + 1);
    await sendGood();
  });

  it('with an unknown wish is refused, and the wish is named', async () => {
    for (const [query, field] of [
      ['?ack=never', 'ack'],
      ['?ack=durable&ack=durable', 'ack'],
      ['?run=a%20b', 'run'],
      ['?run=a&run=b', 'run'],
    ] as const) {
      expect(await post('{"type":"a"}', {}, query)).toMatchObject({ status: 400, field });
    }
  });

  it('of good and bad lines keeps the good ones', async () => {
    const lines = [
      '{"type":"a"}',
      '{"type":',
      deep(50_000),
      '\ufeff{"type":"a"}',
      '{"type":"b"}\r',
      '__proto__',
    ];
    const { status, results = [] } = await post(lines.join('\n'), { 'content-type': 'text/plain' });
    expect(status).toBe(202);
    expect(results.map(({ error }) => error)).toEqual([
      undefined,
      'not_json',
      'item_invalid',
      'not_json',
      undefined,
      'not_json',
    ]);
  });
});

describe('a pixel', () => {
  const many = Array.from({ length: 2000 }, (_, n) => `${n}`).join('&');
  it.each([
    ['invalid UTF-8 in percent signs', '/t/a?x=%ff%c3%28&%ed%a0%80=%', 'kept'],
    ['a broken percent sign for a type', '/t/%zz', 'type_invalid; field=type'],
    ['no type', '/t/', 'type_invalid; field=type'],
    ['a very long type', `/t/${'a'.repeat(5000)}`, 'type_invalid; field=type'],
    ['__proto__ for a type', '/t/__proto__', 'kept'],
    ['__proto__ for a name', '/t/a?__proto__=1', 'name_forbidden; field=__proto__'],
    [
      'constructor for a name',
      '/t/a?constructor[prototype]=1&constructor=1',
      'name_forbidden; field=constructor',
    ],
    ['2,000 names', `/t/a?${many.slice(0, 8000)}`, 'too_many'],
    ['a value of 2 KB', `/t/a?x=${'a'.repeat(2000)}`, 'value_too_long; field=x'],
    ['a name of 1 KB', `/t/a?${'a'.repeat(1000)}=1`, `name_too_long; field=${'a'.repeat(64)}`],
    ['an address of 9 KB', `/t/a?x=${'a'.repeat(9000)}`, 'url_too_long; field=url'],
    ['a date out of range', '/t/a?at=1969-01-01', 'at_out_of_range; field=at'],
  ])('with %s is a pixel', async (_what, target, outcome) => {
    const answer = await say(flow.url, request(target));
    expect(statuses(answer)).toEqual([200]);
    expect(header(answer, 'Content-Length')).toBe('43');
    expect(pixelOutcome(header(answer, 'X-Event-Id'), header(answer, 'X-Not-Kept'))).toBe(outcome);
  });
});

describe('what is hardly HTTP', () => {
  it.each(requests)('%s is answered and closed', async (_what, bytes, codes) => {
    const answer = await say(flow.url, bytes);
    expect(statuses(answer)).toEqual(codes);
    const id = header(answer, 'X-Event-Id');
    if (id) accepted.push(id);
    await sendGood();
  });

  it('pipelined: good events before, between and after bad ones are kept', async () => {
    const body = '{"type":"piped"}';
    const more = (text: string) => text.replace('Connection: close\r\n', '');
    const answer = await say(
      flow.url,
      more(request('/t/one')) +
        more(request('/t/no%20good')) +
        more(request('/t', [`Content-Length: ${body.length}`], 'POST')) +
        body +
        more(request('/t/two')) +
        request('/t/three'),
    );
    expect(statuses(answer)).toEqual([200, 200, 202, 200, 200]);
    const ids = [...answer.matchAll(/(?:X-Event-Id: |"id":")([\w-]+)/g)].map(([, id]) => id as string);
    expect(ids).toHaveLength(4);
    accepted.push(...ids);
  });

  it('senders of one byte a second are told that they are too slow', async () => {
    for (const answer of await slowAnswers) {
      expect(statuses(answer)).toEqual([408]);
      expect(answer).toContain('"error":"too_slow"');
    }
  }, 30_000);

  it('bodies that are cut off count as received and dropped, once each', async () => {
    // The slow senders of the test before are hung up on half a second after their answer, and counted then.
    let settled = -1;
    for (let seen = await refusedFor('cut_off'); seen !== settled; seen = await refusedFor('cut_off')) {
      settled = seen;
      await sleep(700);
    }
    const before = [await refusedFor('cut_off'), await metric('pushtech_tracker_hits_received_total')];
    const start = 'POST /t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const cuts = 30;
    for (let n = 0; n < cuts; n++) {
      const socket = await open(flow.url);
      socket.write(`${start}${n % 2 ? 'Content-Length: 1000' : 'Transfer-Encoding: chunked'}\r\n\r\n`);
      socket.write(n % 2 ? '[{"type":"half"},' : '20\r\n[{"type":"half"},');
      await sleep(5);
      if (n % 3 === 0) socket.resetAndDestroy();
      else if (n % 3 === 1) socket.destroy();
      else {
        const answer = hear(socket);
        socket.end();
        expect(statuses(await answer)).toEqual([400]);
      }
    }
    await sleep(800);
    expect((await refusedFor('cut_off')) - (before[0] as number)).toBe(cuts);
    expect((await metric('pushtech_tracker_hits_received_total')) - (before[1] as number)).toBe(cuts);
  });

  it('requests with bytes changed, left out and doubled at random are answered, by no 5xx, or hung up on', async () => {
    const seed = Number(process.env.SEED ?? randomInt(1 << 30));
    console.log(`seed ${seed} (SEED=${seed} repeats this run)`);
    const random = seeded(seed);
    const below = (n: number) => Math.floor(random() * n);
    const whole = requests.map(([, bytes]) => bytes).filter((bytes) => bytes.length < 500);
    const received = await metric('pushtech_tracker_hits_received_total');
    for (let n = 0; n < 500; n++) {
      let text = whole[below(whole.length)] as string;
      for (let changes = 1 + below(4); changes > 0; changes--) {
        const at = below(text.length);
        const byte = random() < 0.5 ? String.fromCharCode(below(256)) : '';
        text = text.slice(0, at) + byte + text.slice(at + below(3));
      }
      const socket = await open(flow.url);
      const answer = hear(socket);
      socket.end(Buffer.from(text, 'latin1'));
      const said = await answer;
      for (const status of statuses(said)) expect([status, status < 500]).toEqual([status, true]);
      accepted.push(...[...said.matchAll(/(?:X-Event-Id: |"id":")([\w-]+)/g)].map(([, id]) => id as string));
    }
    await sendGood();
    expect(await metric('pushtech_tracker_hits_received_total')).toBeGreaterThan(received);
  }, 60_000);
});

it('afterwards every answered event is counted, the books balance, and the process is as it was', async () => {
  expect((await postEvents(flow.url, [{ type: 'last', id: newId() }])).status).toBe(202);
  const received = await metric('pushtech_tracker_hits_received_total');
  const ledger = await settled(flow.url, received, '', 20_000);
  expect(ledger.received).toBe(received);
  expect(ledger.dead).toBe(0);
  expect(ledger.kept).toBe(accepted.length + 1);
  expect(ledger.counted).toBe(new Set(accepted.map((id) => id.toLowerCase())).size + 1);
  const everything = `${flow.url}/stats/ledger?from=1990-01-01&to=2100-01-01`;
  expect(await getJson<Ledger>(everything)).toMatchObject({ received, dead: 0 });

  expect(flow.child.exitCode).toBeNull();
  expect(await getJson(`${flow.url}/readyz`)).toMatchObject({
    status: expect.stringMatching(/^(ok|degraded)$/),
  });
  const grown = (await metric('process_resident_memory_bytes')) - memoryBefore;
  console.log(`memory grew by ${Math.round(grown / 1e6)} MB`);
  expect(grown).toBeLessThan(250_000_000);
});
