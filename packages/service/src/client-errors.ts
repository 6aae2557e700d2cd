import type { Duplex } from 'node:stream';

interface Refusal {
  error: string;
  field?: string;
  message: string;
}

const answers: Record<string, [status: string, refusal: Refusal]> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    { error: 'headers_too_large', message: 'headers are at most 16 KB' },
  ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [
    '413 Payload Too Large',
    { error: 'chunk_extensions_too_large', message: 'chunk extensions are at most 16 KB' },
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    { error: 'too_slow', message: 'the request did not come in time' },
  ],
  HPE_INVALID_URL: [
    '400 Bad Request',
    {
      error: 'url_invalid',
      field: 'url',
      message: 'only ASCII may stand in an address: percent-encode the rest',
    },
  ],
};

/** Codes of all its refusals. */
export const refusalCodes = (): string[] =>
  [...Object.values(answers), notHttp].map(([, refusal]) => refusal.error);

const notHttp: (typeof answers)[string] = [
  '400 Bad Request',
  { error: 'not_http', message: 'this is not a request that HTTP allows' },
];

/** How long we still listen to somebody who was refused: closing at once would cut off the answer with a reset. */
const LINGER_MS = 500;

/** Says why and closes. What else comes is thrown away, so that nothing of it is taken for a request. */
export const answerAndClose = (socket: Duplex, status: string, refusal: Refusal): void => {
  const body = JSON.stringify(refusal);
  const linger = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(linger));
  socket.once('end', () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.removeAllListeners('data');
  socket.on('data', () => {});
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};

/** Answers what Node's parser refuses, in the same form as every other refusal, and counts it by reason. */
export const createClientErrorHandler =
  (count: (reason: string) => void) =>
  (error: NodeJS.ErrnoException, socket: Duplex): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return void socket.destroy();
    // Already answered: this is more of the same rubbish.
    if (!socket.writable) return;
    const [status, refusal] = answers[error.code ?? ''] ?? notHttp;
    count(refusal.error);
    answerAndClose(socket, status, refusal);
  };
