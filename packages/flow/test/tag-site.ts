import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SitePage {
  body: string;
  headers?: Record<string, string>;
  /** The page never ends to load. */
  endless?: boolean;
}

const send = (response: ServerResponse, { body, headers, endless }: SitePage): void => {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers });
  response.write(body);
  if (!endless) response.end();
};

/** Somebody's site: an origin of its own, whose pages a test puts there. */
export const startSite = async () => {
  const pages = new Map<string, SitePage>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    asked.push(pathname);
    if (pathname === '/favicon.ico') return void response.writeHead(204).end();
    const page = pages.get(pathname) ?? pages.get('*');
    if (page) send(response, page);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** The same machine by another name: another site for a browser. */
    elsewhere: `http://localhost:${port}`,
    pages,
    /** Paths that were asked for. */
    asked,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

export type Site = Awaited<ReturnType<typeof startSite>>;
