import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

const answers: Record<string, [status: string, error: string, message: string]> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'headers_too_large',
    'headers are at most 16 KB',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'too_slow', 'the request did not come in time'],
};

/** Answers what Node's parser refuses, in the same form as every other refusal, and counts it by reason. */
export const answerClientErrors = (server: Server, count: (reason: string) => void): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const [status, code, message] = answers[error.code ?? ''] ?? [
      '400 Bad Request',
      'not_http',
      'this is not a request that HTTP allows',
    ];
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    count(code);
    const body = JSON.stringify({ error: code, message });
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
};
