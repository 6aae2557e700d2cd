import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { readBlocks } from '../src/replay/read-blocks.ts';
import { lineIds } from '../src/replay/to-item.ts';

const folder = mkdtempSync(join(tmpdir(), 'pushtech-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (content: string | Buffer, name = 'x.log'): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const linesOf = async (path: string): Promise<(string | undefined)[]> => {
  const lines: (string | undefined)[] = [];
  for await (const block of (await readBlocks(path)).blocks) lines.push(...block.lines);
  return lines;
};

describe('readBlocks', () => {
  test.each<[string, string | Buffer, (string | undefined)[]]>([
    ['no line in an empty file', '', []],
    ['a last line without an end', 'a\nb', ['a', 'b']],
    ['empty lines', 'a\n\n\nb\n', ['a', '', '', 'b']],
    ['lines that end as on Windows', 'a\r\nb\r\n', ['a', 'b']],
    ['no byte order mark', '\ufeffa\nb\n', ['a', 'b']],
    ['UTF-8 as that', 'héllo 🗾\n', ['héllo 🗾']],
    ['other bytes as latin1, line by line', Buffer.from('h\xe9llo\nplain\n', 'latin1'), ['héllo', 'plain']],
  ])('gives %s', async (_, content, lines) => {
    expect(await linesOf(file(content))).toEqual(lines);
    expect(await linesOf(file(gzipSync(content), 'x.txt'))).toEqual(lines);
  });

  test('puts lines and characters together that lie across blocks', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i} ${'é'.repeat(i % 97)} end`);
    expect(await linesOf(file(lines.join('\n')))).toEqual(lines);
    expect(await linesOf(file(gzipSync(lines.join('\n'))))).toEqual(lines);
  });

  test('reads files packed in several pieces as one', async () => {
    expect(await linesOf(file(Buffer.concat([gzipSync('a\nb'), gzipSync('c\nd\n')])))).toEqual([
      'a',
      'bc',
      'd',
    ]);
  });

  test('steps over a line that is too long, in little memory', async () => {
    const million = gzipSync(Buffer.alloc(1_000_000, 'x'));
    const packed = [gzipSync('a\n'), ...Array<Buffer>(300).fill(million), gzipSync('\nb\n')];
    const path = file(Buffer.concat(packed));
    const before = process.memoryUsage().rss;
    expect(await linesOf(path)).toEqual(['a', undefined, 'b']);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  test('gives what there is of a damaged file, and says so', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${Math.sin(i)}`);
    const packed = gzipSync(lines.join('\n'));
    const blocks = [];
    for await (const block of (await readBlocks(file(packed.subarray(0, packed.length / 2)))).blocks)
      blocks.push(block);
    expect(blocks.at(-1)).toEqual({ lines: [undefined], damaged: true });
    expect(blocks.slice(0, -1).flatMap((block) => block.lines).length).toBeGreaterThan(1000);
  });

  test('names a file that is not there, or a folder', async () => {
    await expect(readBlocks(join(folder, 'none'))).rejects.toMatchObject({ code: 'REPLAY_FILE' });
    await expect(readBlocks(folder)).rejects.toMatchObject({ code: 'REPLAY_FILE' });
  });

  test('tells the same file by its first 1,024 bytes, packed or not', async () => {
    const start = 'x'.repeat(1024);
    const prints = [];
    for (const content of [`${start}a`, gzipSync(`${start}b`), `y${start}`]) {
      prints.push((await readBlocks(file(content))).fingerprint);
    }
    expect(prints[0]).toBe(prints[1]);
    expect(prints[2]).not.toBe(prints[0]);
  });
});

describe('lineIds', () => {
  test('gives every line of every file its own UUID of version 8, the same each time', () => {
    const ids = ['0'.repeat(64), 'f'.repeat(64)].flatMap((print) => [1, 2, 16, 2 ** 40].map(lineIds(print)));
    expect(new Set(ids).size).toBe(8);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(lineIds('f'.repeat(64))(2)).toBe(ids[5]);
  });
});
