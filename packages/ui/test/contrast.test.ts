import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../src/css/tokens.css', import.meta.url), 'utf8');
const dark = css.indexOf('prefers-color-scheme: dark');

const tokensOf = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']),
  );

/** Relative luminance and contrast as WCAG 2.2 defines them. */
const luminance = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a: string, b: string): number => {
  const [dim = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
};

const grounds = ['ground', 'surface', 'sunken'];
const texts: [string, string][] = [
  ...['ink', 'ink-2', 'accent', 'bad'].flatMap((ink) =>
    grounds.map((ground): [string, string] => [ink, ground]),
  ),
  ...['good', 'warn', 'bad'].map((name): [string, string] => [name, `${name}-soft`]),
  ['good', 'surface'],
  ['ink', 'accent-soft'],
  ['ink-2', 'accent-soft'],
  ['accent', 'accent-soft'],
  ['bad', 'accent-soft'],
  ['accent-ink', 'accent'],
  ['ink', 'share'],
];

const edges: [string, string][] = [
  ...grounds.map((ground): [string, string] => ['line-control', ground]),
  ...['chart-1', 'chart-2', 'chart-3', 'chart-before'].map((line): [string, string] => [line, 'surface']),
];

describe.each([
  ['light', tokensOf(css.slice(0, dark))],
  ['dark', tokensOf(css.slice(dark))],
])('in the %s scheme', (_scheme, tokens) => {
  const between = (a: string, b: string): number => contrast(tokens.get(a) ?? '', tokens.get(b) ?? '');

  it.each(texts)('%s on %s reads well (4.5 : 1)', (ink, ground) => {
    expect(between(ink, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(edges)('%s stands out on %s (3 : 1)', (edge, ground) => {
    expect(between(edge, ground)).toBeGreaterThanOrEqual(3);
  });

  it('the levels of the map grow away from the land, each seen beside the one before (1.25 : 1)', () => {
    const levels = ['map-land', 'map-1', 'map-2', 'map-3', 'map-4', 'map-5'];
    const fromLand = levels.map((level) => between(level, 'map-land'));
    expect(fromLand).toEqual([...fromLand].sort((a, b) => a - b));
    for (const [n, level] of levels.slice(1).entries())
      expect(between(level, levels[n] ?? '')).toBeGreaterThanOrEqual(1.25);
  });
});
