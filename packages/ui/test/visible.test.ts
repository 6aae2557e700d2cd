import { describe, expect, it } from 'vitest';
import { visible, visibleJson } from '../src/index.ts';

describe('what senders sent, shown', () => {
  it.each([
    ['turned text', 'a\u202egpj.exe', 'a\\u202egpj.exe'],
    ['signs without width', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['controls and line ends', 'a\u0000\n\tb\u001b[1m\u0085', 'a\\u0000\\u000a\\u0009b\\u001b[1m\\u0085'],
    ['line separators', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['letters that look like nothing', '\u115f\u1160\u3164\uffa0', '\\u115f\\u1160\\u3164\\uffa0'],
    ['halves of signs', '\ud800a\udc00', '\\ud800a\\udc00'],
    ['tags beyond the first plane', '\u{e0041}', '\\u{e0041}'],
  ])('hides nothing: %s', (_what, sent, shown) => {
    expect(visible(sent)).toBe(shown);
  });

  it('leaves alone what is seen', () => {
    const text = 'Größe 日本語 한국어 עברית العربية 👋🏽 “x” \u00a0\\u202e';
    expect(visible(text)).toBe(text);
  });

  it('keeps the line ends of indented JSON, which are ours, and no others', () => {
    expect(visibleJson({ a: 'x\u202ey\n', b: ['\u2028'] })).toBe(
      '{\n  "a": "x\\u202ey\\n",\n  "b": [\n    "\\u2028"\n  ]\n}',
    );
  });
});
