import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkItem, type Item } from '@pushtech/event';
import type { Ledger } from '../src/replay/wait-for-ledger.ts';

/** What a test does to a request before it is answered as usual; `true` = answered, go no further. */
export type Interfere = (n: number, request: IncomingMessage, response: ServerResponse) => boolean;

const readJson = async (request: IncomingMessage): Promise<unknown[]> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as unknown[];
};

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const empty = (): Ledger => ({
  ...{ received: 0, redelivered: 0, kept: 0, dead: 0 },
  ...{ dropped: {}, counted: 0, duplicates: 0 },
});

/**
 * The HTTP side of tracker and stats, as far as a replay sees it: this package may not import the services. Items are
 * judged by the real `checkItem`. The replay into the whole pipeline is tested in `packages/flow`.
 */
export const startStandIn = async (interfere: Interfere = () => false) => {
  const items = new Map<string, Item>();
  const ledgers = new Map<string, Ledger>();
  const bodies: number[] = [];
  const authorizations = new Set<string | undefined>();
  let posts = 0;

  const take = (sent: unknown, ledger: Ledger) => {
    ledger.received += 1;
    const checked = checkItem(sent, { now: Date.now(), imported: true });
    if (!checked.ok) {
      ledger.dropped[checked.error] = (ledger.dropped[checked.error] ?? 0) + 1;
      return { error: checked.error, field: checked.field, message: checked.message };
    }
    const id = checked.item.id as string;
    ledger.kept += 1;
    if (items.has(id)) ledger.duplicates += 1;
    else ledger.counted += 1;
    items.set(id, checked.item);
    return { id };
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url as string, 'http://localhost');
    const run = url.searchParams.get('run') ?? '';
    authorizations.add(request.headers.authorization);
    const isPost = request.method === 'POST';
    if (interfere(isPost ? posts++ : -1, request, response)) return;
    const ledger = ledgers.get(run) ?? empty();
    if (!isPost) return answer(response, 200, ledger);
    ledgers.set(run, ledger);
    bodies.push(Number(request.headers['content-length']));
    const results = (await readJson(request)).map((item) => take(item, ledger));
    answer(response, results.some((result) => 'id' in result) ? 202 : 400, { results });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    items,
    ledgers,
    bodies,
    authorizations,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
