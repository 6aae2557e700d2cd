import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkItem } from '@pushtech/event';
import { naughtyStrings } from '@pushtech/event/fixtures';
import { expect, it, onTestFinished } from 'vitest';
import { curlOf, shellQuoted } from '../src/browser/curl.js';
import { eventOf } from './start.ts';

const hostile = [
  `'; touch /tmp/pushtech-hacked; '`,
  '$(touch /tmp/pushtech-hacked)`id`',
  '\\\\\'"!$HOME ~ * ? [a] {a,b} & | ; < > ( )',
  '--output /tmp/pushtech-hacked',
  '@/etc/passwd',
  'line\nline\r\ttab\u0000\u001b[31m\u202e\u2028\ud800',
  ...naughtyStrings().slice(0, 200),
];

/** What a shell makes of a command's words, each ended by NUL. `curl` is a function here, as a person's alias could be. */
const wordsOf = (command: string): string[] =>
  execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${command}`])
    .toString()
    .split('\0')
    .slice(0, -1);

it('is one command with the same event in it, whatever its values are', () => {
  for (const text of hostile) {
    const event = eventOf({
      page: { url: `https://a.example/${text}`, host: 'a.example', path: `/${text}`, title: text },
      properties: { [text]: text },
    });
    const command = curlOf(event, "https://trk.example/t?it's");
    const words = wordsOf(command);
    expect(words.slice(0, 4)).toEqual(['-sS', '-X', 'POST', "https://trk.example/t?it's"]);
    expect(words).toHaveLength(8);
    const sent = JSON.parse(words.at(-1) as string);
    expect(sent).toMatchObject({ id: event.id, type: event.type, title: text, properties: { [text]: text } });
    // Nothing that a terminal obeys where it is pasted.
    expect(command).toMatch(/^[ -~\n]*$/);
  }
});

it('quotes so that printf gives the text back', () => {
  for (const text of hostile.filter((one) => !one.includes('\0') && one.isWellFormed())) {
    expect(execFileSync('sh', ['-c', `printf %s ${shellQuoted(text)}`]).toString()).toBe(text);
  }
});

it('sends what the tracker takes', async () => {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk) => heard.push(String(chunk)));
    request.on('end', () => response.end(`${request.method} ${request.headers['content-type']}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const event = eventOf({
    site: 'shop.example',
    session: 's1',
    anonymous: true,
    place: { accuracy: 'gps', location: { type: 'Point', coordinates: [13.4, 52.5] } },
    properties: { plan: "it's" },
  });
  const { port } = server.address() as AddressInfo;
  const { execFile } = await import('node:child_process');
  const answer = await new Promise<string>((resolve, reject) =>
    execFile('sh', ['-c', curlOf(event, `http://127.0.0.1:${port}/t`)], (error, out) =>
      error ? reject(error) : resolve(out),
    ),
  );
  expect(answer).toBe('POST application/json');
  const item = checkItem(JSON.parse(heard.join('')), { now: Date.now(), imported: false });
  expect(item).toMatchObject({
    ok: true,
    item: { id: event.id, sid: 's1', consent: false, lat: 52.5, lng: 13.4, properties: { plan: "it's" } },
  });
});
