import { expect, it } from 'vitest';
import * as ws from 'ws';
import { textFrame } from '../src/text-frame.ts';

/** What `ws` makes of the same text. */
const framed = (text: string): Buffer => {
  // It is exported, but its types leave it out.
  const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: object): Buffer[] } };
  return Buffer.concat(
    Sender.frame(Buffer.from(text), { fin: true, opcode: 1, mask: false, readOnly: true, rsv1: false }),
  );
};

it.each([0, 1, 125, 126, 127, 65_535, 65_536, 300_000])('is what ws sends for %i bytes', (length) => {
  const text = 'x'.repeat(length);
  expect(textFrame(text).equals(framed(text))).toBe(true);
});

it('counts bytes and not characters', () => {
  const text = 'é€😀'.repeat(30);
  expect(textFrame(text).equals(framed(text))).toBe(true);
});
