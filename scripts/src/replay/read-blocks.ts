import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { PushtechError } from '@pushtech/event';

/** Longer lines are not read: memory stays bounded whatever the file is. Bytes. */
const LONGEST_LINE = 65_536;
const FINGERPRINT_BYTES = 1024;

/** Some lines of a file, in order; `undefined` stands for one that is too long. */
export interface Block {
  lines: (string | undefined)[];
  /** The file could not be unpacked further. */
  damaged?: true;
}

export interface LogFile {
  path: string;
  /** SHA-256 in hex of the first 1,024 bytes, unpacked. */
  fingerprint: string;
  /** Bytes on disk. */
  size: number;
  /** Bytes on disk read so far. */
  position: () => number;
  blocks: AsyncIterable<Block>;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the byte range is what is meant
const BEYOND_ASCII = /[^\x00-\x7f]/;

/** Latin1 text of one line's bytes, as UTF-8 where it is that. */
const decode = (line: string): string => {
  if (!BEYOND_ASCII.test(line)) return line;
  const bytes = Buffer.from(line, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : line;
};

/** Cuts chunks of bytes into lines; what is left over waits for the next chunk. */
const createCutter = () => {
  let rest = '';
  let restIsLong = false;
  let ascii = true;
  let first = true;

  const finish = (line: string): string | undefined => {
    if (restIsLong || line.length > LONGEST_LINE) {
      restIsLong = false;
      return undefined;
    }
    const bare = line.endsWith('\r') ? line.slice(0, -1) : line;
    const text = ascii ? bare : decode(bare);
    const whole = first && text.startsWith('\ufeff') ? text.slice(1) : text;
    first = false;
    return whole;
  };

  return {
    cut(chunk: Buffer): (string | undefined)[] {
      ascii = isAscii(chunk) && !BEYOND_ASCII.test(rest);
      const text = rest + chunk.toString('latin1');
      const lines: (string | undefined)[] = [];
      let start = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        lines.push(finish(text.slice(start, end)));
        start = end + 1;
      }
      rest = text.slice(start);
      if (rest.length > LONGEST_LINE) {
        rest = rest.slice(0, 1);
        restIsLong = true;
      }
      return lines;
    },
    end: (): (string | undefined)[] => (rest === '' ? [] : [finish(rest)]),
  };
};

const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

const readHead = async (path: string): Promise<{ head: Buffer; size: number }> => {
  try {
    const file = await open(path);
    try {
      const stat = await file.stat();
      if (stat.isDirectory()) throw new Error('it is a folder');
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return { head: buffer.subarray(0, bytesRead), size: stat.size };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new PushtechError('REPLAY_FILE', 'fatal', `${path} cannot be read: ${(error as Error).message}`);
  }
};

const unpack = (file: ReadStream, packed: boolean): AsyncIterable<Buffer> => {
  if (!packed) return file;
  const gunzip = createGunzip({ chunkSize: 65_536 });
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
};

async function* cutBlocks(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Block> {
  const cutter = createCutter();
  try {
    for (let chunk = head; chunk.length > 0; chunk = (await chunks.next()).value ?? Buffer.alloc(0)) {
      yield { lines: cutter.cut(chunk) };
    }
    yield { lines: cutter.end() };
  } catch (error) {
    if (!/^Z_|^ERR_/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    yield { lines: [undefined], damaged: true };
  } finally {
    await chunks.return?.();
  }
}

/** Reads until the fingerprint's bytes are there. A file damaged before that has the fingerprint of what there is. */
const readStart = async (chunks: AsyncIterator<Buffer>): Promise<Buffer> => {
  const start: Buffer[] = [];
  let bytes = 0;
  while (bytes < FINGERPRINT_BYTES) {
    const { value, done } = await chunks.next();
    if (done) break;
    start.push(value);
    bytes += value.length;
  }
  return Buffer.concat(start);
};

/**
 * Opens a log, plain or gzip (told by its first bytes, not its name), and reads it in blocks of about 64 kB.
 * Each line is UTF-8 where its bytes are that, else latin1; CRLF and a byte order mark are taken off.
 * @throws PushtechError `REPLAY_FILE` (fatal)
 */
export const readBlocks = async (path: string): Promise<LogFile> => {
  const { head, size } = await readHead(path);
  const file = createReadStream(path);
  const chunks = unpack(file, isGzip(head))[Symbol.asyncIterator]();
  const start = await readStart(chunks).catch((error: Error) => {
    throw new PushtechError('REPLAY_FILE', 'fatal', `${path} cannot be unpacked: ${error.message}`);
  });
  return {
    path,
    fingerprint: createHash('sha256').update(start.subarray(0, FINGERPRINT_BYTES)).digest('hex'),
    size,
    position: () => file.bytesRead,
    blocks: cutBlocks(start, chunks),
  };
};
