import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from './processes.ts';

const BINARY = '/usr/sbin/nginx';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const config = (folder: string, port: number): string => `
daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log ${folder}/access.log combined buffer=64k;
  keepalive_requests 1000000;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  server { listen 127.0.0.1:${port}; location / { empty_gif; } }
}`;

/** nginx with `empty_gif` and a buffered access log: the honest upper bound. `undefined` where it is not installed. */
export const startNginx = async (parent: string): Promise<Target | undefined> => {
  if (!existsSync(BINARY)) return undefined;
  const folder = `${parent}/nginx`;
  mkdirSync(folder);
  const port = await freePort();
  writeFileSync(`${folder}/nginx.conf`, config(folder, port));
  const child = spawn(BINARY, ['-c', `${folder}/nginx.conf`, '-p', folder], { stdio: 'ignore' });
  await sleep(500);
  const end = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid as number,
    stop: async () => {
      child.kill('SIGTERM');
      await end;
    },
  };
};
