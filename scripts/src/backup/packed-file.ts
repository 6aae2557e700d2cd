import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';

/** A file of a backup, as the manifest lists it. */
export interface PackedFile {
  /** In the backup's folder. */
  name: string;
  bytes: number;
  sha256: string;
}

/** Joined texts of about this many characters go through the compressor at a time. */
const BLOCK_CHARS = 65_536;

async function* toBlocks(lines: AsyncIterable<string>, count: () => void): AsyncIterable<string> {
  let block = '';
  for await (const line of lines) {
    count();
    block += `${line}\n`;
    if (block.length < BLOCK_CHARS) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}

export const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

const describe = async (folder: string, name: string): Promise<PackedFile> => {
  const path = join(folder, name);
  const [{ size }, sha256] = await Promise.all([stat(path), hashOf(path)]);
  return { name, bytes: size, sha256 };
};

const open = (folder: string, name: string) =>
  createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600, flush: true });

/** Writes lines, packed with zstd, for the owner's eyes only. */
export const packLines = async (
  folder: string,
  name: string,
  lines: AsyncIterable<string>,
): Promise<PackedFile & { lines: number }> => {
  let count = 0;
  const blocks = toBlocks(lines, () => {
    count += 1;
  });
  await pipeline(Readable.from(blocks), createZstdCompress(), open(folder, name));
  return { ...(await describe(folder, name)), lines: count };
};

/** Packs a file as it is. */
export const packFile = async (folder: string, name: string, path: string): Promise<PackedFile> => {
  await pipeline(createReadStream(path), createZstdCompress(), open(folder, name));
  return describe(folder, name);
};

/** Not with `readline`: it takes U+2028, which may stand in JSON as it is, for the end of a line. */
export async function* unpackLines(folder: string, name: string): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of createReadStream(join(folder, name)).pipe(createZstdDecompress())) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** @param path of a file that is not there yet */
export const unpackFile = (folder: string, name: string, path: string): Promise<void> =>
  pipeline(
    createReadStream(join(folder, name)),
    createZstdDecompress(),
    createWriteStream(path, { flags: 'wx', mode: 0o600 }),
  );
