import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Unpacks gzip, the only packing that is asked for. */
const unpacked = (answer: IncomingMessage): Readable => {
  if (answer.headers['content-encoding'] !== 'gzip') return answer;
  const gunzip = createGunzip();
  answer.on('error', (error) => gunzip.destroy(error));
  return answer.pipe(gunzip);
};

/** At most `maxBytes` of the body as UTF-8 text; what is longer is not read to its end. */
export const readBody = async (
  answer: IncomingMessage,
  maxBytes: number,
): Promise<{ body: string; cut: boolean }> => {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of unpacked(answer)) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > maxBytes) break;
    }
  } finally {
    answer.destroy();
  }
  const bytes = Buffer.concat(chunks);
  return { body: bytes.subarray(0, maxBytes).toString(), cut: size > maxBytes };
};
