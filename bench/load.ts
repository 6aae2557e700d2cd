import { connect, type Socket } from 'node:net';

const HEADERS = [
  'Host: 127.0.0.1',
  'User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  'Accept: image/avif,image/webp,*/*',
  'Accept-Language: en-US,en;q=0.9',
  'Accept-Encoding: gzip, deflate',
  'Referer: https://shop.example/products/shoes?color=red',
  'Cookie: a=1; b=2',
].join('\r\n');

export const pixelRequest = (n: number): string =>
  `GET /t/pageview?url=https%3A%2F%2Fshop.example%2Fproducts%2F${n % 200}&title=Shoes&plan=pro HTTP/1.1\r\n${HEADERS}\r\n\r\n`;

export const postRequest = (body: string, path = '/t'): string =>
  `POST ${path} HTTP/1.1\r\n${HEADERS}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const opened = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });

/**
 * A closed loop on raw keep-alive connections, one request under way on each: it costs its own process little, so that
 * the server is what is measured. Answers are small enough to come in one piece.
 * @param requests how many in all; `make(n)` gives the n-th
 */
export const drive = async (
  url: string,
  requests: number,
  make: (n: number) => string,
  connections = 32,
): Promise<void> => {
  const port = Number(new URL(url).port);
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(connections, requests) }, async () => {
      const socket = await opened(port);
      await new Promise<void>((resolve, reject) => {
        const send = () => {
          if (next >= requests) resolve();
          else socket.write(make(next++), 'latin1');
        };
        socket.on('data', (chunk) => {
          const status = chunk.toString('latin1', 9, 12);
          if (status[0] === '2') send();
          else reject(new Error(`unexpected answer: ${chunk.toString('latin1', 0, 200)}`));
        });
        socket.on('error', reject);
        send();
      });
      socket.destroy();
    }),
  );
};
