import { createHmac } from 'node:crypto';
import { createErasureKey, visitorsIn } from '@pushtech/event';
import { naughtyStrings } from '@pushtech/event/fixtures';
import { describe, expect, it } from 'vitest';

it('an erasure names a visitor by HMAC-SHA-256 of a purpose and the id, the same in every process', () => {
  const key = 'k'.repeat(40);
  const expected = createHmac('sha256', key).update('erased\x1fzoe').digest('base64url');
  expect(createErasureKey(key)('zoe')).toBe(expected);
  expect(createErasureKey('l'.repeat(40))('zoe')).not.toBe(expected);
});

describe('the ids in a text that is no hit', () => {
  it.each<[string, string, string[]]>([
    ['an item that was cut off', '{"item":{"vid":"zoe","type":', ['zoe']],
    ['an event', '{"v":2,"visitor":"zo\\u00eb \\"x\\"","x', ['zoë "x"']],
    ['a query in a hit', '{"query":"a=1&vid=zoe%40x.org&b=2"', ['zoe@x.org']],
    ['a query whose name is encoded', '{"query":"%76id=zoe"}', ['zoe']],
    ['a bare query', 'GET /t/x?vid=zoe+x&a=1 HTTP/1.1', ['zoe x']],
    ['several', '{"vid":"a"}\n{"vid":"b"}', ['a', 'b']],
    ['other names', '{"avid":"a","vids":"b"} ?david=c', []],
    ['no text', '', []],
  ])('%s', (_, text, ids) => {
    expect(visitorsIn(text).sort()).toEqual(ids);
  });

  it('are found whatever they are', () => {
    for (const id of naughtyStrings()) {
      if (id !== '') expect(visitorsIn(JSON.stringify({ vid: id })), id).toContain(id);
    }
  });

  it('are looked for in time that grows with the text only', () => {
    const begun = performance.now();
    visitorsIn(`${'"vid":"\\'.repeat(50_000)}${'vid='.repeat(50_000)}`);
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});
