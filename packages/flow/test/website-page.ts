import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OwnPage {
  url: string;
  host: string;
  /** Request paths that came. */
  seen: string[];
  close(): Promise<void>;
}

interface Answer {
  body: string;
  headers?: Record<string, string>;
  status?: number;
}

/** Somebody's site: a real server of one page, on a port of its own and so another origin than ours. */
export const servePage = async (answer: (request: IncomingMessage) => Answer): Promise<OwnPage> => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    if (request.url === '/favicon.ico') return void response.writeHead(204).end();
    const { body, headers = {}, status = 200 } = answer(request);
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    host: `127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
